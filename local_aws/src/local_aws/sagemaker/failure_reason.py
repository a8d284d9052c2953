"""Why a training job or an endpoint failed, as ``FailureReason`` tells."""

from __future__ import annotations

import re

_LONGEST = 900
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
_LONGEST_OF_ENDPOINT = 1024
_BEGINNING = 300
_KINDS = ("AlgorithmError:", "ClientError:", "InternalServerError:")
KILLED = "The process was killed (SIGKILL), as it is when memory runs out."

# What SageMaker's training toolkit prints around a script's own lines.
_TOOLKIT_LINE = re.compile(
    r'.* sagemaker-training-toolkit |ExecuteUserScriptError:|ExitCode -?\d+$|ErrorMessage "|Command "'
)
_NO_MESSAGE = 'ErrorMessage ""'
_SCRIPT_KILLED = re.compile(r"^ExitCode -9$", re.MULTILINE)


def failure_reason(left: str, tail: str, exit_code: int) -> str:
    """The reason that the algorithm left, or else the last that it said.

    The toolkit of AWS's script-mode images leaves a reason without a message; the script's own last
    lines are its message here.

    Args:
        left: the content of ``output/failure``.
        tail: the last lines of the log.
        exit_code: the process's own, below zero for a signal.
    """
    killed = exit_code == -9 or _SCRIPT_KILLED.search(left) is not None
    said = f"{tail}\n{KILLED}" if killed else tail
    if _NO_MESSAGE in left:
        room = max(_LONGEST - len(left), 0)
        own = own_lines(said)
        reason = left.replace(_NO_MESSAGE, f'ErrorMessage "{own[max(len(own) - room, 0) :]}"')
    else:
        reason = (left or said).strip()[-_LONGEST:]
    if not reason.startswith(_KINDS):
        reason = f"AlgorithmError: {reason}"
    return f"{reason}, exit code: {exit_code}"


def shortened(reason: str) -> str:
    """An endpoint's reason within AWS's 1,024 characters: its beginning, and the end of the log in it."""
    if len(reason) <= _LONGEST_OF_ENDPOINT:
        return reason
    left_out = " … "
    end = _LONGEST_OF_ENDPOINT - _BEGINNING - len(left_out)
    return f"{reason[:_BEGINNING]}{left_out}{reason[-end:]}"


def own_lines(log: str) -> str:
    """What a script itself said."""
    return "\n".join(line for line in log.splitlines() if not _TOOLKIT_LINE.match(line)).strip()
