"""A build's log: live, in order, without secrets, whatever is printed."""

from __future__ import annotations

import json
import time
from uuid import uuid4

from tests.local_aws.codebuild.builds import Builds, phase


def test_secrets_and_parameters_reach_the_commands_and_never_the_log(builds: Builds) -> None:
    name, password = f"secret-{uuid4()}", "p4ss*word/$x"
    secrets = builds.aws.runtime.client("secretsmanager")
    arn = secrets.create_secret(Name=name, SecretString=json.dumps({"user": "ann", "password": password}))[
        "ARN"
    ]
    secrets.create_secret(Name=f"{name}-key", SecretString="-----BEGIN\nabcdefgh\n-----END")
    builds.aws.runtime.client("ssm").put_parameter(Name=f"/{name}", Value="token-123", Type="SecureString")
    build = builds.run(
        f"""
version: 0.2
env:
  parameter-store: {{TOKEN: /{name}}}
  secrets-manager: {{PASSWORD: "{arn}:password", KEY: {name}-key}}
  exported-variables: [LEAK]
phases:
  build:
    commands:
      - test "$PASSWORD" = 'p4ss*word/$x'
      - echo "PASSWORD=$PASSWORD. TOKEN=$TOKEN. USER=$NAMED."
      - echo "$KEY"
      - export LEAK="$TOKEN"
      - '(exit 1) # token-123'
""",
        environmentVariablesOverride=[{"name": "NAMED", "value": f"{name}:user", "type": "SECRETS_MANAGER"}],
    )
    log = builds.log(build)
    assert "PASSWORD=***. TOKEN=***. USER=***.\n" in log
    assert phase(build, "BUILD")["contexts"][0]["message"].startswith(
        "Error while executing command: (exit 1) # ***"
    )
    for value in (password, "token-123", "abcdefgh"):
        assert value not in log
        assert value not in builds.log_file(build)
        assert value not in json.dumps(build["exportedEnvironmentVariables"])


def test_a_missing_secret_is_named_before_anything_runs(builds: Builds) -> None:
    build = builds.run("""
version: 0.2
env: {secrets-manager: {PASSWORD: no-such-secret}}
phases: {build: {commands: [echo ran]}}
""")
    context = phase(build, "DOWNLOAD_SOURCE")["contexts"][0]
    assert build["buildStatus"] == "FAILED"
    assert context["statusCode"] == "Secrets Manager Error"
    assert "no-such-secret" in context["message"]
    assert "ran\n" not in builds.log(build)


def test_odd_output_arrives_whole_and_in_order(builds: Builds) -> None:
    build = builds.run(r"""
version: 0.2
phases:
  build:
    commands:
      - echo "żółw 🐢 — ok" >&2
      - printf 'no newline'
      - printf '\xff\xfe bytes\n'
      - printf 'a\n\n\nb\n'
      - head -c 700000 /dev/zero | tr '\0' x
      - seq 30000
      - echo last
""")
    log = builds.log(build)
    assert build["buildStatus"] == "SUCCEEDED"
    assert "żółw 🐢 — ok\n" in log
    assert "\nno newline\n[Container]" in log
    assert "\ufffd\ufffd bytes\n" in log
    assert "\na\n\n\nb\n" in log
    assert log.count("x") > 700_000
    assert "\n29999\n30000\n" in log
    assert log.index("30000\n") < log.index("\nlast\n") < log.index("Phase complete: BUILD")
    assert log == builds.log_file(build)


def test_the_log_is_live(builds: Builds) -> None:
    build_id = builds.start(
        builds.project(
            "version: 0.2\nphases: {build: {commands: [echo started, 'until [ -f go ]; do sleep .05; done']}}"
        )
    )
    for _ in range(2400):
        build = builds.get(build_id)
        if build["currentPhase"] == "BUILD" and "\nstarted\n" in builds.log(build):
            break
        time.sleep(0.05)
    else:
        raise AssertionError("the line does not show while the build runs")
    assert build["buildStatus"] == "IN_PROGRESS"
    folder = builds.aws.runtime.folder / "codebuild" / build["projectName"] / build_id.split(":")[1]
    (folder / "src" / "go").touch()
    assert builds.finished(build_id)["buildStatus"] == "SUCCEEDED"


def test_the_log_goes_where_the_project_says(builds: Builds) -> None:
    spec = "version: 0.2\nphases: {build: {commands: [echo here]}}"
    group = f"/group/{uuid4()}"
    named = builds.run(
        spec,
        settings={
            "logsConfig": {"cloudWatchLogs": {"status": "ENABLED", "groupName": group, "streamName": "s"}}
        },
    )
    assert named["logs"]["groupName"] == group
    assert named["logs"]["streamName"] == f"s/{named['id'].split(':')[1]}"
    assert "\nhere\n" in builds.log(named)
    silent = builds.run(spec, settings={"logsConfig": {"cloudWatchLogs": {"status": "DISABLED"}}})
    assert "groupName" not in silent["logs"]
    assert "\nhere\n" in builds.log_file(silent)
