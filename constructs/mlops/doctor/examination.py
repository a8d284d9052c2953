"""Run the checks; what could not be looked at is a finding, too."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from mlops.doctor.checks import FIRST, IN_THE_ACCOUNT, ON_THE_MACHINE, Check
from mlops.doctor.finding import Finding, Verdict, unknown
from mlops.doctor.set_up import SetUp


def examine(set_up: SetUp) -> list[Finding]:
    """Every finding; of the account only the first where it is not the right one."""
    found = [finding for check in ON_THE_MACHINE for finding in _look(check, set_up)]
    account = _look(FIRST, set_up)
    found += account
    if all(finding.verdict is Verdict.OK for finding in account):
        found += [finding for check in IN_THE_ACCOUNT for finding in _look(check, set_up)]
    else:
        rest = ", ".join(check.SUBJECT for check in IN_THE_ACCOUNT)
        found.append(unknown(rest, "not looked at without the account", "fix the account first"))
    return found


def _look(check: Check, set_up: SetUp) -> list[Finding]:
    try:
        return list(check.look(set_up))
    except ClientError as error:
        said = f"{error.operation_name}: {error.response['Error']['Message']}"
        return [
            unknown(check.SUBJECT, said, f"allow these credentials {error.operation_name}, or use others")
        ]
    except BotoCoreError as error:
        return [unknown(check.SUBJECT, str(error), "connect to the network, or correct AWS_ENDPOINT_URL")]
