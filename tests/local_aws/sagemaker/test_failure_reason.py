"""``FailureReason`` of a training job."""

from __future__ import annotations

import pytest

from local_aws.sagemaker.failure_reason import failure_reason, shortened

TOOLKIT = 'ExecuteUserScriptError:\nExitCode {code}\nErrorMessage ""\nCommand "python -- train.py --epochs 3"'
AROUND = (
    "2026-11-23 16:49:06,363 sagemaker-training-toolkit ERROR    Reporting training FAILURE\n"
    f"2026-11-23 16:49:06,363 sagemaker-training-toolkit ERROR    {TOOLKIT}\n"
    "2026-11-23 16:49:06,363 sagemaker-training-toolkit ERROR    Encountered exit_code 1"
)


@pytest.mark.parametrize(
    ("left", "tail", "expected"),
    [
        ("", "the last line", "AlgorithmError: the last line, exit code: 3"),
        ("its own reason", "the last line", "AlgorithmError: its own reason, exit code: 3"),
        ("ClientError: no data", "noise", "ClientError: no data, exit code: 3"),
    ],
    ids=["without a reason left, the log's end", "the reason left", "a reason that names its kind"],
)
def test_what_is_told(left: str, tail: str, expected: str) -> None:
    assert failure_reason(left, tail, 3) == expected


def test_a_scripts_own_last_lines_are_the_toolkits_message() -> None:
    tail = f'Traceback:\n  File "train.py", line 3\nOwnError: no such column\n{AROUND.format(code=1)}'
    assert failure_reason(TOOLKIT.format(code=1), tail, 1) == (
        "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\n"
        'ErrorMessage "Traceback:\n  File "train.py", line 3\nOwnError: no such column"\n'
        'Command "python -- train.py --epochs 3", exit code: 1'
    )


def test_a_killed_script_is_told_apart() -> None:
    told = failure_reason(TOOLKIT.format(code=-9), f"epoch 7\n{AROUND.format(code=-9)}", 1)
    assert 'ErrorMessage "epoch 7\nThe process was killed (SIGKILL), as it is when memory runs out."' in told
    assert "memory runs out" in failure_reason("", "epoch 7", -9)


def test_the_last_of_a_long_message_is_kept() -> None:
    told = failure_reason(TOOLKIT.format(code=1), "x" * 5000 + "\nthe end", 1)
    assert len(told) <= 1024
    assert 'the end"\nCommand' in told
    assert failure_reason("", "x" * 5000 + "\nthe end", 1).endswith("the end, exit code: 1")


def test_an_endpoints_reason_has_1024_characters_with_its_beginning_and_its_end() -> None:
    assert shortened("short") == "short"
    told = shortened(f"The container did not start. {'noise ' * 500}ValueError: no such file")
    assert len(told) == 1024
    assert told.startswith("The container did not start.")
    assert told.endswith("ValueError: no such file")
