"""What a build keeps: artifacts and reports."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local_aws.codebuild.builds import Builds, phase, unzipped

MAKE = "mkdir -p out/deep .hidden; touch out/a.txt out/deep/b.txt .hidden/c"


def keep(builds: Builds, artifacts: str, **settings: Any) -> dict[str, Any]:
    spec = f"version: 0.2\nphases: {{build: {{commands: ['{MAKE}']}}}}\nartifacts:\n{artifacts}"
    where = {
        "type": "S3",
        "location": builds.bucket,
        "packaging": "ZIP",
        "name": "kept.zip",
        "namespaceType": "BUILD_ID",
    }
    return builds.run(spec, settings={"artifacts": where | settings})


def fetched(builds: Builds, arn: str) -> dict[str, str]:
    bucket, _, key = arn.removeprefix("arn:aws:s3:::").partition("/")
    return unzipped(builds.s3.get_object(Bucket=bucket, Key=key)["Body"].read())


@pytest.mark.parametrize(
    ("artifacts", "expected"),
    [
        ("  files: ['**/*']", {".hidden/c", "out/a.txt", "out/deep/b.txt"}),
        ("  files: ['*']\n  base-directory: out", {"a.txt"}),
        ("  files: ['out/**/*']\n  discard-paths: yes", {"a.txt", "b.txt"}),
        ("  files: ['**/*.txt']\n  exclude-paths: ['out/deep/**/*']", {"out/a.txt"}),
        ("  files: ['out/a.txt', 'out/*.none']", {"out/a.txt"}),
    ],
)
def test_files_are_chosen_by_patterns(builds: Builds, artifacts: str, expected: set[str]) -> None:
    build = keep(builds, artifacts)
    assert build["buildStatus"] == "SUCCEEDED", builds.log(build)
    assert set(fetched(builds, build["artifacts"]["location"])) == expected
    assert build["artifacts"]["location"].endswith(f"/{build['id'].split(':')[1]}/kept.zip")
    assert len(build["artifacts"]["sha256sum"]) == 64


@pytest.mark.parametrize(
    ("artifacts", "message"),
    [
        ("  files: ['*.none']", "no matching artifact paths found for *.none"),
        ("  files: ['**/*', out/missing.json]", "out/missing.json is not there"),
        ("  files: ['*']\n  base-directory: nowhere", "no matching base directory path found for nowhere"),
        ("  name: x", "the buildspec names no files"),
    ],
)
def test_missing_files_fail_the_upload(builds: Builds, artifacts: str, message: str) -> None:
    build = keep(builds, artifacts)
    upload = phase(build, "UPLOAD_ARTIFACTS")
    assert build["buildStatus"] == "FAILED"
    assert upload["contexts"][0]["statusCode"] == "CLIENT_ERROR"
    assert message in upload["contexts"][0]["message"]


def test_an_artifact_may_be_loose_files_under_a_name_of_the_buildspecs(builds: Builds) -> None:
    artifacts = "  files: ['**/*']\n  base-directory: out\n  name: release-$CODEBUILD_BUILD_NUMBER"
    build = keep(builds, artifacts, packaging="NONE", overrideArtifactName=True, path="p")
    uuid = build["id"].split(":")[1]
    listed = builds.s3.list_objects_v2(Bucket=builds.bucket, Prefix=f"p/{uuid}/")["Contents"]
    assert [item["Key"] for item in listed] == [f"p/{uuid}/release-1/a.txt", f"p/{uuid}/release-1/deep/b.txt"]


def test_a_bucket_that_is_not_there_fails_the_upload(builds: Builds) -> None:
    build = keep(builds, "  files: ['**/*']", location="no-such-bucket-here")
    assert "NoSuchBucket" in phase(build, "UPLOAD_ARTIFACTS")["contexts"][0]["message"]


JUNIT = """<testsuites><testsuite name="gate">
<testcase classname="metrics" name="auc" time="1.5"/>
<testcase classname="metrics" name="accuracy" time="0.25">
<failure message="0.61 is below 0.70">trace</failure></testcase>
<testcase name="skipped"><skipped/></testcase></testsuite></testsuites>"""


def test_junit_results_become_a_report(builds: Builds) -> None:
    location = builds.source(
        {
            "results/junit.xml": JUNIT,
            "buildspec.yml": "version: 0.2\nphases: {build: {commands: ['true']}}\n"
            "reports: {gate: {files: ['*.xml'], base-directory: results}}",
        }
    )
    build = builds.run("", settings={"source": {"type": "S3", "location": location}})
    assert build["buildStatus"] == "SUCCEEDED", build["phases"]
    client = builds.client
    group = f"arn:aws:codebuild:eu-west-1:123456789012:report-group/{build['projectName']}-gate"
    assert client.list_reports_for_report_group(reportGroupArn=group)["reports"] == build["reportArns"]
    report = client.batch_get_reports(reportArns=build["reportArns"])["reports"][0]
    assert report["status"] == "FAILED"
    assert report["executionId"] == build["arn"]
    assert report["testSummary"]["total"] == 3
    assert report["testSummary"]["statusCounts"]["SUCCEEDED"] == 1
    assert report["testSummary"]["durationInNanoSeconds"] == 1_750_000_000
    cases = client.describe_test_cases(reportArn=report["arn"], filter={"status": "FAILED"})["testCases"]
    assert [(c["testSuiteName"], c["prefix"], c["name"], c["message"]) for c in cases] == [
        ("gate", "metrics", "accuracy", "0.61 is below 0.70")
    ]


def test_missing_results_are_said_and_fail_nothing(builds: Builds) -> None:
    build = builds.run("version: 0.2\nphases: {}\nreports: {gate: {files: [junit.xml]}}")
    assert build["buildStatus"] == "SUCCEEDED"
    assert (
        "[gate: no matching artifact paths found"
        in phase(build, "UPLOAD_ARTIFACTS")["contexts"][0]["message"]
    )


def test_a_report_group_is_created_updated_and_deleted(builds: Builds) -> None:
    client = builds.client
    made = client.create_report_group(
        name="mine", type="TEST", exportConfig={"exportConfigType": "NO_EXPORT"}
    )
    arn = made["reportGroup"]["arn"]
    client.update_report_group(arn=arn, tags=[{"key": "team", "value": "ml"}])
    assert client.batch_get_report_groups(reportGroupArns=[arn])["reportGroups"][0]["tags"] == [
        {"key": "team", "value": "ml"}
    ]
    assert arn in client.list_report_groups()["reportGroups"]
    builds.run(
        "version: 0.2\nphases: {build: {commands: ['echo \"<testsuite/>\" > j.xml']}}\n"
        f"reports: {{'{arn}': {{files: [j.xml]}}}}"
    )
    with pytest.raises(client.exceptions.InvalidInputException, match="still has reports"):
        client.delete_report_group(arn=arn)
    client.delete_report_group(arn=arn, deleteReports=True)
    assert client.batch_get_report_groups(reportGroupArns=[arn])["reportGroupsNotFound"] == [arn]
