"""Buckets, keys and roles that say themselves who may use them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.server import LocalAws
from tests.local_aws.iam.roles import ACCOUNT, Iam, allow, document, refusal, trust

OTHER = "210987654321"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


@pytest.fixture(scope="module")
def iam(aws: LocalAws) -> Iam:
    return Iam(aws)


@pytest.fixture
def bucket(iam: Iam, request: pytest.FixtureRequest) -> str:
    name: str = request.node.name.replace("_", "-")[-60:].strip("-")
    s3 = iam.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=name, Key="k", Body=b"data")
    return name


def statement(effect: str, principal: Any, action: str, resource: str, **condition: Any) -> dict[str, Any]:
    made = {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource}
    return {**made, "Condition": condition} if condition else made


def put_policy(iam: Iam, bucket: str, *statements: dict[str, Any]) -> None:
    iam.client("s3").put_bucket_policy(Bucket=bucket, Policy=document(*statements))


def test_a_bucket_policy_alone_allows_a_role_of_its_account(iam: Iam, bucket: str) -> None:
    role = iam.role("by-bucket")
    put_policy(iam, bucket, statement("Allow", {"AWS": role}, "s3:GetObject", f"arn:aws:s3:::{bucket}/*"))
    assert iam.session(role, "s3").get_object(Bucket=bucket, Key="k")
    with pytest.raises(ClientError, match="not authorized"):
        iam.session(iam.role("not-by-bucket"), "s3").get_object(Bucket=bucket, Key="k")


def test_a_bucket_policy_for_the_account_leaves_it_to_the_accounts_policies(iam: Iam, bucket: str) -> None:
    put_policy(iam, bucket, statement("Allow", {"AWS": ROOT}, "s3:GetObject", f"arn:aws:s3:::{bucket}/*"))
    with pytest.raises(ClientError, match="no identity-based policy allows"):
        iam.session(iam.role("of-account"), "s3").get_object(Bucket=bucket, Key="k")


def test_a_bucket_policys_denial_holds_for_everybody(iam: Iam, bucket: str) -> None:
    denial = statement("Deny", "*", "s3:GetObject", f"arn:aws:s3:::{bucket}/k")
    put_policy(iam, bucket, denial)
    role = iam.role("denied-by-bucket", allow("s3:*"))
    for s3 in (iam.session(role, "s3"), iam.client("s3")):
        with pytest.raises(ClientError, match="with an explicit deny in a resource-based policy"):
            s3.get_object(Bucket=bucket, Key="k")


def test_a_bucket_that_wants_kms_refuses_another_encryption(iam: Iam, bucket: str) -> None:
    conditions = {
        "Null": {"s3:x-amz-server-side-encryption": "false"},
        "StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
    }
    put_policy(iam, bucket, statement("Deny", "*", "s3:PutObject", f"arn:aws:s3:::{bucket}/*", **conditions))
    s3 = iam.client("s3")
    s3.put_object(Bucket=bucket, Key="unnamed", Body=b"")
    s3.put_object(Bucket=bucket, Key="kms", Body=b"", ServerSideEncryption="aws:kms")
    with pytest.raises(ClientError, match="s3:PutObject"):
        s3.put_object(Bucket=bucket, Key="aes", Body=b"", ServerSideEncryption="AES256")


def test_a_bucket_for_tls_only_takes_loopback_for_it(iam: Iam, bucket: str) -> None:
    in_clear = {"Bool": {"aws:SecureTransport": "false"}}
    put_policy(iam, bucket, statement("Deny", "*", "s3:*", f"arn:aws:s3:::{bucket}/*", **in_clear))
    assert iam.client("s3").get_object(Bucket=bucket, Key="k")


def test_who_may_not_list_is_not_told_that_an_object_is_missing(iam: Iam, bucket: str) -> None:
    read = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*")
    listing = allow("s3:ListBucket", f"arn:aws:s3:::{bucket}", StringLike={"s3:prefix": "seen/*"})
    s3 = iam.session(iam.role("looks", read, listing), "s3")
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="seen/missing")
    with pytest.raises(ClientError, match="not authorized to perform: s3:ListBucket"):
        s3.get_object(Bucket=bucket, Key="unseen/missing")
    with pytest.raises(ClientError, match="403"):
        s3.head_object(Bucket=bucket, Key="unseen/missing")


def test_a_prefix_is_a_condition_of_listing(iam: Iam, bucket: str) -> None:
    prefixes = {"StringLike": {"s3:prefix": ["in/", "in/*"]}}
    s3 = iam.session(iam.role("lists", allow("s3:ListBucket", f"arn:aws:s3:::{bucket}", **prefixes)), "s3")
    assert s3.list_objects_v2(Bucket=bucket, Prefix="in/")["KeyCount"] == 0
    for elsewhere in ({}, {"Prefix": "in"}, {"Prefix": "out/"}):
        with pytest.raises(ClientError, match="s3:ListBucket"):
            s3.list_objects_v2(Bucket=bucket, **elsewhere)


def test_deleting_several_objects_needs_the_right_to_each(iam: Iam, bucket: str) -> None:
    s3 = iam.session(iam.role("deletes", allow("s3:DeleteObject", f"arn:aws:s3:::{bucket}/a/*")), "s3")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a/1"}, {"Key": "a/2"}]})
    with pytest.raises(ClientError, match=f"{bucket}/k"):
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a/1"}, {"Key": "k"}]})


def make_key(iam: Iam, alias: str, **policy: Any) -> str:
    kms = iam.client("kms")
    key = kms.create_key(**policy)["KeyMetadata"]
    kms.create_alias(AliasName=f"alias/{alias}", TargetKeyId=key["KeyId"])
    return str(key["Arn"])


def test_an_encrypted_object_needs_its_key_too_and_through_s3(iam: Iam, bucket: str) -> None:
    key = make_key(iam, "objects")
    iam.client("s3").put_object(
        Bucket=bucket, Key="e", Body=b"secret", ServerSideEncryption="aws:kms", SSEKMSKeyId=key
    )
    read = allow(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{bucket}/*")
    with pytest.raises(ClientError) as refused:
        iam.session(iam.role("keyless", read), "s3").get_object(Bucket=bucket, Key="e")
    assert f"kms:Decrypt on resource: {key} because no identity-based policy" in refusal(refused)[2]
    through_s3 = {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
    role = iam.role("keyed", read, allow("kms:Decrypt", key, **through_s3))
    assert iam.session(role, "s3").get_object(Bucket=bucket, Key="e")["Body"].read() == b"secret"
    with pytest.raises(ClientError, match="kms:Decrypt"):
        iam.session(role, "kms").decrypt(CiphertextBlob=b"x", KeyId=key)
    with pytest.raises(ClientError, match="kms:GenerateDataKey"):
        iam.session(role, "s3").put_object(
            Bucket=bucket, Key="new", Body=b"", ServerSideEncryption="aws:kms", SSEKMSKeyId=key
        )


def test_a_buckets_default_key_is_needed_to_write(iam: Iam, bucket: str) -> None:
    key = make_key(iam, "default")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    iam.client("s3").put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    write = allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*")
    with pytest.raises(ClientError, match="kms:GenerateDataKey"):
        iam.session(iam.role("writes", write), "s3").put_object(Bucket=bucket, Key="n", Body=b"")
    role = iam.role("writes-with-key", write, allow(["kms:GenerateDataKey"], key))
    iam.session(role, "s3").put_object(Bucket=bucket, Key="n", Body=b"")


def test_a_key_may_be_named_by_its_alias(iam: Iam) -> None:
    make_key(iam, "named")
    other = make_key(iam, "other")
    condition = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/named"}}
    keys = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/*"
    kms = iam.session(iam.role("by-alias", allow("kms:DescribeKey", keys, **condition)), "kms")
    assert kms.describe_key(KeyId="alias/named")
    with pytest.raises(ClientError, match="kms:DescribeKey"):
        kms.describe_key(KeyId=other)


def test_a_key_whose_policy_names_nobody_is_nobodys(iam: Iam) -> None:
    nobody = statement("Allow", {"AWS": f"arn:aws:iam::{ACCOUNT}:role/none"}, "kms:*", "*")
    key = make_key(iam, "closed", Policy=document(nobody))
    with pytest.raises(ClientError, match="because no resource-based policy allows the kms:DescribeKey"):
        iam.session(iam.role("kms-admin", allow("kms:*")), "kms").describe_key(KeyId=key)


def test_assuming_a_role_of_the_same_account_needs_its_trust(iam: Iam) -> None:
    trusted = iam.role("trusted")
    direct = iam.role("trusts-one", AssumeRolePolicyDocument=trust({"AWS": trusted}))
    sts = iam.session(trusted, "sts")
    assert iam.assume(sts, direct)  # Named itself, it needs no policy of its own.
    by_account = iam.role("trusts-account")
    with pytest.raises(ClientError, match="trusts-account because no identity"):
        iam.assume(sts, by_account)
    with pytest.raises(ClientError, match="trusts-one because no resource-based policy"):
        iam.assume(iam.session(iam.role("assumer", allow("sts:AssumeRole")), "sts"), direct)


def test_a_role_that_does_not_exist_cannot_be_assumed(iam: Iam) -> None:
    with pytest.raises(ClientError) as refused:
        iam.assume(iam.client("sts"), f"arn:aws:iam::{ACCOUNT}:role/missing")
    assert refusal(refused)[0] == "AccessDenied"


def test_another_accounts_role_needs_both_sides(iam: Iam) -> None:
    caller = iam.role("caller", allow("sts:AssumeRole", f"arn:aws:iam::{OTHER}:role/*"))
    lame = iam.role("lame-caller")
    open_ = iam.role("open", account=OTHER, AssumeRolePolicyDocument=trust({"AWS": ROOT}))
    shut = iam.role("shut", account=OTHER)
    assert iam.assume(iam.session(caller, "sts"), open_)
    with pytest.raises(ClientError, match="because no identity-based policy allows the sts:AssumeRole"):
        iam.assume(iam.session(lame, "sts"), open_)
    with pytest.raises(ClientError, match="because no resource-based policy allows the sts:AssumeRole"):
        iam.assume(iam.session(caller, "sts"), shut)


def test_an_external_id_is_a_condition_of_trust(iam: Iam) -> None:
    with_id = trust({"AWS": ROOT}, StringEquals={"sts:ExternalId": "42"})
    role = iam.role("external", AssumeRolePolicyDocument=with_id)
    assert iam.assume(iam.client("sts"), role, ExternalId="42")
    with pytest.raises(ClientError, match="sts:AssumeRole"):
        iam.assume(iam.client("sts"), role)


def test_another_accounts_bucket_needs_both_sides(iam: Iam, bucket: str) -> None:
    role = iam.role("foreign", allow("s3:GetObject"), account=OTHER)
    stranger = iam.session(role, "s3", by=OTHER)
    with pytest.raises(ClientError, match="no resource-based policy allows the s3:GetObject"):
        stranger.get_object(Bucket=bucket, Key="k")
    other = {"AWS": f"arn:aws:iam::{OTHER}:root"}
    put_policy(iam, bucket, statement("Allow", other, "s3:GetObject", f"arn:aws:s3:::{bucket}/*"))
    assert stranger.get_object(Bucket=bucket, Key="k")
    with pytest.raises(ClientError, match="no identity-based policy allows the s3:GetObject"):
        iam.session(iam.role("poor", account=OTHER), "s3", by=OTHER).get_object(Bucket=bucket, Key="k")


def test_a_secret_is_the_same_by_name_and_by_arn(iam: Iam) -> None:
    secret = iam.client("secretsmanager").create_secret(Name="token", SecretString="s")["ARN"]
    role = iam.role("secretive", allow("secretsmanager:GetSecretValue", secret))
    secrets = iam.session(role, "secretsmanager")
    assert secrets.get_secret_value(SecretId=secret)["SecretString"] == "s"
    assert secrets.get_secret_value(SecretId="token")["SecretString"] == "s"
