"""The environment that a build's commands run in.

Source: https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from local_aws.account_region import AccountRegion
from local_aws.codebuild.build import Build
from local_aws.codebuild.buildspec import Environment
from local_aws.codebuild.phase import PhaseError
from local_aws.codebuild.workspace import Workspace
from local_aws.runtime import Runtime

# What of this process a build may know. Never AWS_*: these may be the user's real credentials.
_INHERITED = (
    "CHECKPOINT_DISABLE", "CURL_CA_BUNDLE", "GIT_SSL_", "GOGC", "HOME", "HTTPS_PROXY", "HTTP_PROXY", "JSII_",
    "LANG", "LC_", "LOGNAME", "NODE_", "NPM_CONFIG_", "NO_PROXY", "PIP_", "PYTHONDONTWRITEBYTECODE",
    "REQUESTS_CA_BUNDLE", "SSL_CERT_", "TF_", "TMPDIR", "TZ", "USER", "UV_", "http_proxy", "https_proxy",
    "no_proxy", "npm_config_",
)  # fmt: skip


def machine(runtime: Runtime, build: Build) -> dict[str, str]:
    """The variables of the build machine: a part of this process's, and the local AWS's address."""
    inherited = {name: value for name, value in os.environ.items() if name.startswith(_INHERITED)}
    for name in ("NO_PROXY", "no_proxy"):
        inherited[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost"]))
    # A pipe makes Python hold its output back; the log is to be live.
    inherited["PYTHONUNBUFFERED"] = "1"
    # pip need not look for conflicts among packages that are none of an image's: that takes it half its time.
    # Options that are named "no" are set by their contrary:
    # https://pip.pypa.io/en/stable/topics/configuration/#boolean-options
    inherited["PIP_NO_WARN_CONFLICTS"] = "0"
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return inherited | nowhere | runtime.environment(build.account_region)


def codebuild(build: Build, workspace: Workspace) -> dict[str, str]:
    """The variables that CodeBuild itself sets."""
    folders = {f"CODEBUILD_SRC_DIR_{name}": str(path) for name, path in workspace.secondary.items()}
    return folders | {
        "CODEBUILD_BUILD_ARN": build.arn,
        "CODEBUILD_BUILD_ID": build.id,
        "CODEBUILD_BUILD_IMAGE": build.environment.get("image", ""),
        "CODEBUILD_BUILD_NUMBER": str(build.number),
        "CODEBUILD_BUILD_SUCCEEDING": "1",
        "CODEBUILD_BUILD_URL": build.url,
        "CODEBUILD_INITIATOR": build.initiator,
        "CODEBUILD_KMS_KEY_ID": build.setting("encryptionKey", ""),
        "CODEBUILD_LOG_PATH": build.log_stream,
        "CODEBUILD_RESOLVED_SOURCE_VERSION": build.resolved_source_version,
        "CODEBUILD_SOURCE_REPO_URL": build.source.get("location", ""),
        "CODEBUILD_SOURCE_VERSION": build.source_version,
        "CODEBUILD_SRC_DIR": str(workspace.source),
        "CODEBUILD_START_TIME": str(int(build.started * 1000)),
    }


class Variables:
    """A build's own variables, their values fetched from where they are kept.

    ``values`` are what the commands see; ``secrets`` are the values that no log may show.
    """

    def __init__(self, runtime: Runtime, account_region: AccountRegion) -> None:
        self._runtime = runtime
        self._place = account_region
        self.values: dict[str, str] = {}
        self.secrets: list[str] = []

    def add_buildspec(self, env: Environment) -> None:
        """Take a buildspec's ``env`` in; what is there already wins.

        Raises:
            PhaseError: a parameter or secret cannot be read.
        """
        kinds: tuple[tuple[str, Mapping[str, str]], ...] = (
            ("PLAINTEXT", env.variables),
            ("PARAMETER_STORE", env.parameter_store),
            ("SECRETS_MANAGER", env.secrets_manager),
        )
        for kind, variables in kinds:
            self.add(
                [{"name": n, "value": v, "type": kind} for n, v in variables.items() if n not in self.values]
            )

    def add(self, variables: list[dict[str, str]]) -> None:
        """Take API ``EnvironmentVariable`` objects in; a later one wins.

        Raises:
            PhaseError: a parameter or secret cannot be read.
        """
        for variable in variables:
            kind, value = variable.get("type", "PLAINTEXT"), variable["value"]
            if kind == "PARAMETER_STORE":
                value = self._parameter(value)
            elif kind == "SECRETS_MANAGER":
                value = self._secret(value)
            if kind != "PLAINTEXT":
                self.secrets.append(value)
            self.values[variable["name"]] = value

    def _parameter(self, name: str) -> str:
        ssm = self._runtime.client("ssm", self._place)
        try:
            return str(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
        except ClientError as error:
            raise PhaseError("Decrypted Variables Error", f"parameter {name}: {error}") from error

    def _secret(self, reference: str) -> str:
        """The value of ``secret-id:json-key:version-stage:version-id``; the id may be an ARN."""
        words = reference.split(":")
        length = 7 if reference.startswith("arn:") else 1
        secret_id = ":".join(words[:length])
        key, stage, version = [*words[length:], "", "", ""][:3]
        wanted = {"SecretId": secret_id, "VersionStage": stage, "VersionId": version}
        secrets = self._runtime.client("secretsmanager", self._place)
        try:
            answer = secrets.get_secret_value(**{name: value for name, value in wanted.items() if value})
        except ClientError as error:
            raise PhaseError("Secrets Manager Error", f"secret {secret_id}: {error}") from error
        text = str(answer.get("SecretString", ""))
        return _field(text, key, secret_id) if key else text


def _field(text: str, key: str, secret_id: str) -> str:
    try:
        content: Any = json.loads(text)
    except ValueError:
        content = None
    if not isinstance(content, dict) or key not in content:
        # The secret's text is not part of the message.
        raise PhaseError("Secrets Manager Error", f"secret {secret_id} is not JSON with the key {key}")
    return content[key] if isinstance(content[key], str) else json.dumps(content[key])
