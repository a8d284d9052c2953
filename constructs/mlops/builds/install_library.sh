# Else pyenv's python is the one that a pushed .python-version names; one before 3.11 ignores PYTHONSAFEPATH.
if command -v pyenv >/dev/null; then
  PYENV_VERSION="$(cd / && pyenv version-name)" && export PYENV_VERSION || exit 1
fi
# The library as the pipeline stack uploaded it, and what this build needs of PyPI, from the library's own lock.
library="$(dirname "$CODEBUILD_SRC_DIR")/library"
if ! aws s3 cp --only-show-errors "$MLOPS_LIBRARY" "$library.zip" ||
  ! echo "$MLOPS_LIBRARY_SHA256  $library.zip" | sha256sum --check --strict --quiet; then
  echo "$MLOPS_LIBRARY is not the library that the pipeline stack names. Apply the pipeline stack anew." >&2
  exit 1
fi
python -m zipfile -e "$library.zip" "$library" &&
  python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: \
    --requirement "$library/mlops/builds/locks/{lock}.txt" || exit 1
export PYTHONPATH="$library"
