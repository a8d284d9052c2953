"""UpdateRole keeps what it is not given.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
"""

from __future__ import annotations

from local_aws.server import LocalAws


def test_a_new_session_length_keeps_the_description(aws: LocalAws) -> None:
    iam = aws.runtime.client("iam")
    iam.create_role(RoleName="kept", AssumeRolePolicyDocument="{}", Description="a & b = c")
    iam.update_role(RoleName="kept", MaxSessionDuration=7200)
    role = iam.get_role(RoleName="kept")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("a & b = c", 7200)
    iam.update_role(RoleName="kept", Description="new")
    role = iam.get_role(RoleName="kept")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("new", 7200)
