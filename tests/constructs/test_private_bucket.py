"""Private buckets: what protects them, what tidies them, what may be granted on them."""

from __future__ import annotations

from typing import Any

import pytest
from cdktf import TerraformStack

from mlops.constructs.private_bucket import PrivateBucket, PrivateBucketConfig
from mlops.constructs.service_role import ServiceRole, ServiceRoleConfig

ACCOUNT, REGION = "123456789012", "eu-west-1"


def bucket(stack: TerraformStack, **options: Any) -> PrivateBucket:
    return PrivateBucket(
        stack, "data", PrivateBucketConfig(name="raw", account_id=ACCOUNT, region=REGION, **options)
    )


def role(stack: TerraformStack) -> ServiceRole:
    return ServiceRole(
        stack,
        "role",
        ServiceRoleConfig(
            name="reader", service="glue.amazonaws.com", account_id=ACCOUNT, description="Reads"
        ),
    )


def test_objects_are_encrypted_with_the_buckets_own_rotating_key(synth: Any) -> None:
    stack = synth(bucket)
    [rule] = stack.one("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    default = rule["apply_server_side_encryption_by_default"]
    assert rule["bucket_key_enabled"] is True
    assert default["sse_algorithm"] == "aws:kms"
    assert default["kms_master_key_id"].startswith("${aws_kms_key.")
    assert stack.one("aws_kms_key")["enable_key_rotation"] is True
    assert stack.one("aws_kms_alias")["name"] == "alias/raw"


def test_nothing_is_public_and_access_lists_are_off(synth: Any) -> None:
    stack = synth(bucket)
    block = stack.one("aws_s3_bucket_public_access_block")
    assert all(
        block[name] is True
        for name in (
            "block_public_acls",
            "block_public_policy",
            "ignore_public_acls",
            "restrict_public_buckets",
        )
    )
    assert stack.one("aws_s3_bucket_ownership_controls")["rule"] == {
        "object_ownership": "BucketOwnerEnforced"
    }


def test_requests_in_clear_and_other_encryption_are_denied(synth: Any) -> None:
    stack = synth(bucket)
    document = stack.one("aws_s3_bucket_policy")["policy"].split(".")[2]
    tls, kms = stack.terraform["data"]["aws_iam_policy_document"][document]["statement"]
    assert (tls["effect"], tls["actions"]) == ("Deny", ["s3:*"])
    assert tls["condition"][0]["variable"] == "aws:SecureTransport"
    assert (kms["effect"], kms["actions"]) == ("Deny", ["s3:PutObject"])
    assert [(condition["test"], condition["values"]) for condition in kms["condition"]] == [
        ("Null", ["false"]),
        ("StringNotEquals", ["aws:kms"]),
    ]


def test_old_versions_unfinished_uploads_and_expiring_folders_go(synth: Any) -> None:
    stack = synth(lambda stack: bucket(stack, noncurrent_days=7, expire_after_days={"results/": 30}))
    assert stack.one("aws_s3_bucket_versioning")["versioning_configuration"] == {"status": "Enabled"}
    tidy, expire = stack.one("aws_s3_bucket")["lifecycle_rule"]
    assert tidy["noncurrent_version_expiration"] == {"days": 7}
    assert tidy["abort_incomplete_multipart_upload_days"] == 7
    assert (expire["prefix"], expire["expiration"]) == ("results/", {"days": 30})


def test_objects_survive_a_destroy_unless_the_user_says_otherwise(synth: Any) -> None:
    stack = synth(bucket)
    assert stack.one("aws_s3_bucket")["force_destroy"] == "${var.empty_buckets_on_destroy}"
    assert stack.terraform["variable"]["empty_buckets_on_destroy"]["default"] is False


def test_a_bucket_can_be_kept_from_destruction_together_with_its_key(synth: Any) -> None:
    stack = synth(lambda stack: bucket(stack, prevent_destroy=True))
    assert stack.one("aws_s3_bucket")["lifecycle"] == {"prevent_destroy": True}
    assert stack.one("aws_s3_bucket")["force_destroy"] is False
    assert stack.one("aws_kms_key")["lifecycle"] == {"prevent_destroy": True}


def test_reading_folders_and_objects_is_granted_on_exactly_these(synth: Any) -> None:
    def build(stack: TerraformStack) -> None:
        bucket(stack).grant_read(role(stack), "ratings/", "release.json")

    stack = synth(build)
    allowed = stack.allowed("reader")
    assert allowed["s3:GetObject"] == ["arn:aws:s3:::raw/ratings/*", "arn:aws:s3:::raw/release.json"]
    assert allowed["s3:ListBucket"] == ["arn:aws:s3:::raw"]
    assert "s3:PutObject" not in allowed
    listing = next(s for s in stack.statements("reader") if s["sid"] == "ReadDataList")
    assert listing["condition"][0]["values"] == ["ratings/", "ratings/*", "release.json"]


def test_writing_and_deleting_are_granted_apart_from_reading(synth: Any) -> None:
    def build(stack: TerraformStack) -> None:
        granting, reader = bucket(stack), role(stack)
        granting.grant_write(reader, "models/")
        granting.grant_delete(reader, "models/lock")

    allowed = synth(build).allowed("reader")
    assert allowed["s3:PutObject"] == ["arn:aws:s3:::raw/models/*"]
    assert allowed["s3:DeleteObject"] == ["arn:aws:s3:::raw/models/lock"]
    assert "s3:GetObject" not in allowed
    assert allowed["kms:GenerateDataKey"] == allowed["kms:Decrypt"]


@pytest.mark.parametrize("mine", [True, False], ids=["of this stack", "of another stack"])
def test_the_key_is_used_through_s3_only(synth: Any, mine: bool) -> None:
    def build(stack: TerraformStack) -> None:
        other = PrivateBucket.by_name("data", "raw", account_id=ACCOUNT, region=REGION)
        (bucket(stack) if mine else other).grant_read(role(stack))

    [decrypt] = [s for s in synth(build).statements("reader") if s["sid"] == "ReadDataDecrypt"]
    conditions = {c["variable"]: c["values"] for c in decrypt["condition"]}
    assert conditions["kms:ViaService"] == ["s3.eu-west-1.amazonaws.com"]
    if mine:
        assert decrypt["resources"][0].startswith("${aws_kms_key.")
    else:
        assert decrypt["resources"] == ["arn:aws:kms:eu-west-1:123456789012:key/*"]
        assert conditions["kms:ResourceAliases"] == ["alias/raw"]


def test_in_an_append_only_bucket_nobody_overwrites_or_deletes(synth: Any) -> None:
    stack = synth(lambda scope: bucket(scope, append_only=True))
    document = stack.one("aws_s3_bucket_policy")["policy"].split(".")[2]
    *_, new, keep = stack.terraform["data"]["aws_iam_policy_document"][document]["statement"]
    assert (new["effect"], new["actions"]) == ("Deny", ["s3:PutObject"])
    [condition] = new["condition"]
    assert condition == {"test": "Null", "variable": "s3:if-none-match", "values": ["true"]}
    assert (keep["effect"], keep["actions"]) == ("Deny", ["s3:DeleteObject", "s3:DeleteObjectVersion"])
    assert "condition" not in keep
    assert {principal["type"] for each in (new, keep) for principal in each["principals"]} == {"*"}
