"""A build's sources and its buildspec."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.local_aws.codebuild.builds import Builds, phase

SPEC = "version: 0.2\nphases: {build: {commands: [cat data/file.txt]}}"


def test_a_zip_in_s3_is_the_working_folder(builds: Builds) -> None:
    location = builds.source({"buildspec.yml": SPEC, "data/file.txt": "from the zip"})
    build = builds.run("", settings={"source": {"type": "S3", "location": location}})
    assert build["buildStatus"] == "SUCCEEDED", build["phases"]
    assert "from the zip" in builds.log(build)


def test_the_request_overrides_the_projects_source_and_buildspec(builds: Builds) -> None:
    location = builds.source({"other.yml": SPEC, "data/file.txt": "overridden"})
    build = builds.run(
        "version: 0.2\nphases: {}",
        sourceTypeOverride="S3",
        sourceLocationOverride=location,
        buildspecOverride="other.yml",
    )
    assert build["buildStatus"] == "SUCCEEDED", build["phases"]
    assert build["source"] == {"type": "S3", "location": location, "buildspec": "other.yml"}
    assert "overridden" in builds.log(build)


def test_modes_and_links_are_kept_and_nothing_leaves_the_folder(builds: Builds) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, mode, text in (
            ("run.sh", 0o100755, "#!/bin/sh\necho it runs\n"),
            ("link.sh", 0o120777, "run.sh"),
            ("bad", 0o120777, "../../../../etc/passwd"),
            ("../../outside.txt", 0o100644, "escaped"),
        ):
            item = zipfile.ZipInfo(name)
            item.external_attr = mode << 16
            archive.writestr(item, text)
    builds.s3.put_object(Bucket=builds.bucket, Key="modes.zip", Body=buffer.getvalue())
    build = builds.run(
        "",
        settings={"source": {"type": "S3", "location": f"{builds.bucket}/modes.zip", "buildspec": """
version: 0.2
phases:
  build:
    commands: [./link.sh, test ! -e bad, test ! -L bad, test ! -e ../../outside.txt]
"""}},
    )  # fmt: skip
    assert build["buildStatus"] == "SUCCEEDED", builds.log(build)
    assert "it runs\n" in builds.log(build)


def test_secondary_sources_have_folders_of_their_own(builds: Builds) -> None:
    build = builds.run(
        "version: 0.2\nphases: {build: {commands: ['cat $CODEBUILD_SRC_DIR_model/m.txt; test ! -f m.txt']}}",
        secondarySourcesOverride=[
            {"type": "S3", "location": builds.source({"m.txt": "second"}), "sourceIdentifier": "model"}
        ],
    )
    assert build["buildStatus"] == "SUCCEEDED", build["phases"]
    assert "second" in builds.log(build)


@pytest.mark.parametrize(
    ("source", "code", "message"),
    [
        ({"type": "S3", "location": "{bucket}/no-such.zip"}, "CLIENT_ERROR", "no-such.zip"),
        ({"type": "S3", "location": "{bucket}/text.txt"}, "CLIENT_ERROR", "is not a zip file"),
        ({"type": "GITHUB", "location": "https://github.com/a/b"}, "CLIENT_ERROR", "given GITHUB; allowed"),
        ({"type": "CODEPIPELINE"}, "CLIENT_ERROR", "only for CodePipeline's builds"),
        (
            {"type": "NO_SOURCE", "buildspec": "a/b.yml"},
            "YAML_FILE_ERROR",
            "does not exist: a/b.yml",
        ),
        (
            {"type": "NO_SOURCE", "buildspec": "version: 0.1\nphase: {}"},
            "YAML_FILE_ERROR",
            "the project's buildspec: version: given '0.1'; input should be '0.2'\n"
            "phases: missing. Add it.\nphase: no such key in a buildspec. Remove it or fix its spelling.",
        ),
    ],
)
def test_a_source_or_buildspec_that_cannot_be_used_is_said(
    builds: Builds, source: dict[str, str], code: str, message: str
) -> None:
    builds.s3.put_object(Bucket=builds.bucket, Key="text.txt", Body=b"not a zip")
    location = source.get("location", "-").format(bucket=builds.bucket)
    build = builds.run("", settings={"source": {**source, "location": location}})
    download = phase(build, "DOWNLOAD_SOURCE")
    assert build["buildStatus"] == "FAILED"
    assert download["phaseStatus"] == "FAILED"
    assert download["contexts"][0]["statusCode"] == code
    assert message in download["contexts"][0]["message"]
    assert message.splitlines()[-1] in builds.log(build)
