# The one shell of a build: sources each file named on descriptor $2, says its status on descriptor $3.
# $1 keeps variables, functions and the working directory, should a command `exit` and a new shell follow.
# https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec-ref-versions

__codebuild_save() {
    { declare -p; declare -f; printf 'builtin cd -- %q\n' "$PWD"; } >"$__codebuild_state" 2>/dev/null || :
}

# On TERM bash waits for its command, which had the signal too, so that it may end in good order.
trap 'exit 143' TERM
# Read-only variables cannot be set again, and need not be.
[ ! -f "$1" ] || . "$1" 2>/dev/null
__codebuild_state=$1 __codebuild_commands=$2 __codebuild_statuses=$3
trap __codebuild_save EXIT

while IFS= read -r -u "$__codebuild_commands" __codebuild_file; do
    # What a command leaves running must not hold the two descriptors open.
    eval ". \"\$__codebuild_file\" $__codebuild_commands<&- $__codebuild_statuses>&-"
    echo "$?" >&"$__codebuild_statuses"
done
