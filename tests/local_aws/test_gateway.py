"""The gateway as clients meet it: every protocol's errors, every framing of a body, and no browsers."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.client import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from local_aws.server import LocalAws


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def send(
    aws: LocalAws, method: str, path: str, service: str = "", body: Any = None, **headers: str
) -> Answer:
    """A raw request, signed for ``service`` where one is given."""
    url = aws.runtime.endpoint_url
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if service:
        request = AWSRequest(method, url + path)
        SigV4Auth(Credentials("local", "local"), service, "eu-west-1").add_auth(request)
        named |= dict(request.headers)
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    connection.request(method, path, body=body, headers=named)
    response = connection.getresponse()
    return Answer(response.status, dict(response.headers), response.read())


@pytest.fixture(scope="module")
def bucket(aws: LocalAws) -> str:
    s3 = aws.runtime.client("s3")
    s3.create_bucket(Bucket="uploads", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return "uploads"


def test_a_json_operation_nobody_implements_is_a_client_error(aws: LocalAws) -> None:
    with pytest.raises(ClientError, match="does not implement codepipeline:ListRuleTypes") as refused:
        aws.runtime.client("codepipeline").list_rule_types()
    assert refused.value.response["Error"]["Code"] == "NotImplementedException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_query_operation_nobody_implements_is_a_client_error(aws: LocalAws) -> None:
    with pytest.raises(ClientError, match="does not implement iam:GetOrganizationsAccessReport") as refused:
        aws.runtime.client("iam").get_organizations_access_report(JobId="0" * 36)
    assert refused.value.response["Error"]["Code"] == "NotImplementedException"


def test_an_s3_operation_nobody_implements_is_a_client_error(aws: LocalAws, bucket: str) -> None:
    with pytest.raises(ClientError, match="does not implement s3:CreateBucketMetadataTableConfiguration"):
        aws.runtime.client("s3").create_bucket_metadata_table_configuration(
            Bucket=bucket,
            MetadataTableConfiguration={"S3TablesDestination": {"TableBucketArn": "a", "TableName": "t"}},
        )


def test_a_rest_operation_nobody_implements_is_a_client_error(aws: LocalAws) -> None:
    with pytest.raises(ClientError, match="does not implement lambda:ListFunctionsByCodeSigningConfig"):
        aws.runtime.client("lambda").list_functions_by_code_signing_config(
            CodeSigningConfigArn="arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-0123456789abcdef0"
        )


def test_a_service_nobody_implements_is_a_client_error(aws: LocalAws) -> None:
    with pytest.raises(ClientError, match="does not implement frauddetector:GetModels"):
        aws.runtime.client("frauddetector").get_models()


def test_a_url_that_is_no_operation_is_named_by_method_and_path(aws: LocalAws) -> None:
    answer = send(aws, "PATCH", "/nowhere", "lambda")
    assert answer.status == 400
    assert b"lambda:PATCH /nowhere" in answer.body


def test_an_object_missing_in_s3_stays_s3s_own_error(aws: LocalAws, bucket: str) -> None:
    s3 = aws.runtime.client("s3")
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket=bucket, Key="missing")
    with pytest.raises(ClientError, match="404"):
        s3.head_object(Bucket=bucket, Key="missing")


def chunks() -> Iterator[bytes]:
    yield from (b"one", b"two", b"three")


def test_a_chunked_upload_without_a_length_arrives_whole(aws: LocalAws, bucket: str) -> None:
    assert send(aws, "PUT", f"/{bucket}/chunked", "s3", chunks()).status == 200
    assert aws.runtime.client("s3").get_object(Bucket=bucket, Key="chunked")["Body"].read() == b"onetwothree"


def test_a_chunked_json_request_is_read(aws: LocalAws) -> None:
    answer = send(
        aws,
        "POST",
        "/",
        "logs",
        iter([b'{"logGroup', b'Name": "chunked"}']),
        X_Amz_Target="Logs_20140328.CreateLogGroup",
        Content_Type="application/x-amz-json-1.1",
    )
    assert answer.status == 200
    groups = aws.runtime.client("logs").describe_log_groups()["logGroups"]
    assert "chunked" in [group["logGroupName"] for group in groups]


def test_an_aws_chunked_upload_is_stored_without_its_frames(aws: LocalAws, bucket: str) -> None:
    framed = b"5;chunk-signature=0\r\nhello\r\n0;chunk-signature=0\r\n\r\n"
    answer = send(
        aws,
        "PUT",
        f"/{bucket}/framed",
        "s3",
        framed,
        x_amz_content_sha256="STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        Content_Encoding="aws-chunked",
        x_amz_decoded_content_length="5",
    )
    assert answer.status == 200
    assert aws.runtime.client("s3").get_object(Bucket=bucket, Key="framed")["Body"].read() == b"hello"


def test_an_upload_with_a_trailing_checksum_is_stored_without_it(aws: LocalAws, bucket: str) -> None:
    framed = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
    answer = send(
        aws,
        "PUT",
        f"/{bucket}/trailer",
        "s3",
        iter([framed]),
        x_amz_content_sha256="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        Content_Encoding="aws-chunked",
        x_amz_decoded_content_length="5",
        x_amz_trailer="x-amz-checksum-crc32",
    )
    assert answer.status == 200
    assert aws.runtime.client("s3").get_object(Bucket=bucket, Key="trailer")["Body"].read() == b"hello"


def test_a_client_that_waits_for_100_continue_is_told_to_go_on(aws: LocalAws, bucket: str) -> None:
    host, port = urlsplit(aws.runtime.endpoint_url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        head = (
            f"PUT /{bucket}/patient HTTP/1.1",
            f"Host: {host}",
            "Expect: 100-continue",
            "Content-Length: 2",
        )
        connection.sendall("\r\n".join((*head, "", "")).encode())
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"ok")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")


def test_a_large_object_comes_back_whole(aws: LocalAws, bucket: str) -> None:
    s3 = aws.runtime.client("s3")
    body = bytes(range(256)) * 80_000
    s3.put_object(Bucket=bucket, Key="large", Body=body)
    assert s3.get_object(Bucket=bucket, Key="large")["Body"].read() == body
    assert s3.get_object(Bucket=bucket, Key="large", Range="bytes=256-258")["Body"].read() == b"\x00\x01\x02"


def test_a_presigned_url_reads_the_account_s3_object(aws: LocalAws, bucket: str) -> None:
    s3 = aws.runtime.client("s3")
    s3.put_object(Bucket=bucket, Key="shared", Body=b"hello")
    url = boto3.client(
        "s3",
        endpoint_url=aws.runtime.endpoint_url,
        region_name="eu-west-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    ).generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "shared"})
    assert send(aws, "GET", url.removeprefix(aws.runtime.endpoint_url)).body == b"hello"


def test_a_web_page_is_refused(aws: LocalAws) -> None:
    answer = send(aws, "GET", "/", "s3", Origin="https://example.com")
    assert (answer.status, answer.body) == (
        403,
        b"The local AWS answers AWS clients on this machine only, not web pages.\n",
    )


def test_a_name_rebound_to_loopback_is_refused(aws: LocalAws) -> None:
    assert send(aws, "GET", "/", "s3", Host="rebound.example.com").status == 403
