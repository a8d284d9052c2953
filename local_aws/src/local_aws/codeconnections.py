"""CodeConnections, under its present and its former name; moto has neither.

https://docs.aws.amazon.com/codeconnections/latest/APIReference/Welcome.html

A person completes a connection's handshake with GitHub on AWS; there is none here, so every connection
of the account is ``AVAILABLE``, also one that was made on AWS and is only named in the settings.
"""

from __future__ import annotations

import re
import threading
from uuid import uuid4

from local_aws.hooks import Call, Hooks, Params, ServiceError
from local_aws.runtime import Runtime

SERVICES = ("codeconnections", "codestar-connections")
_ARN = re.compile(
    r"arn:aws[a-z-]*:(?:codeconnections|codestar-connections):([a-z0-9-]+):(\d{12}):connection/(.+)"
)
_PROVIDERS = ("Bitbucket", "GitHub", "GitHubEnterpriseServer", "GitLab", "GitLabSelfManaged", "AzureDevOps")


class Connections:
    """The connections of every account, by ARN; a deleted one is None."""

    def __init__(self) -> None:
        self._connections: dict[str, Params | None] = {}
        self._tags: dict[str, dict[str, str]] = {}
        self._lock = threading.RLock()

    def create(self, call: Call) -> Params:
        """CreateConnection."""
        params = call.params
        provider = params.get("ProviderType", "GitHub")
        if provider not in _PROVIDERS:
            raise ServiceError(
                "InvalidInputException", f"ProviderType: given {provider}; allowed: {', '.join(_PROVIDERS)}"
            )
        arn = call.arn(call.service, f"connection/{uuid4()}")
        with self._lock:
            self._connections[arn] = _described(call, arn, params["ConnectionName"], provider)
        self._tag(arn, params.get("Tags", []))
        return {"ConnectionArn": arn, "Tags": params.get("Tags", [])}

    def get(self, call: Call) -> Params:
        """GetConnection."""
        return {"Connection": self._find(call, call.params["ConnectionArn"])}

    def list_made(self, call: Call) -> Params:
        """ListConnections; those that the account has made here, in one page."""
        provider = call.params.get("ProviderTypeFilter")
        with self._lock:
            made = [each for each in self._connections.values() if each is not None]
        return {
            "Connections": [
                each
                for each in made
                if each["OwnerAccountId"] == call.account_id
                and f":{call.region}:" in each["ConnectionArn"]
                and provider in (None, each["ProviderType"])
            ]
        }

    def delete(self, call: Call) -> Params:
        """DeleteConnection."""
        arn = call.params["ConnectionArn"]
        self._find(call, arn)
        with self._lock:
            self._connections[arn] = None
            self._tags.pop(arn, None)
        return {}

    def tag(self, call: Call) -> Params:
        """TagResource."""
        self._find(call, call.params["ResourceArn"])
        self._tag(call.params["ResourceArn"], call.params["Tags"])
        return {}

    def untag(self, call: Call) -> Params:
        """UntagResource."""
        self._find(call, call.params["ResourceArn"])
        for key in call.params["TagKeys"]:
            self._tags.get(call.params["ResourceArn"], {}).pop(key, None)
        return {}

    def tags(self, call: Call) -> Params:
        """ListTagsForResource."""
        self._find(call, call.params["ResourceArn"])
        tags = self._tags.get(call.params["ResourceArn"], {})
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _tag(self, arn: str, tags: list[dict[str, str]]) -> None:
        with self._lock:
            self._tags.setdefault(arn, {}).update({tag["Key"]: tag["Value"] for tag in tags})

    def _find(self, call: Call, arn: str) -> Params:
        parts = _ARN.fullmatch(arn)
        with self._lock:
            if parts and parts.groups()[:2] == (call.region, call.account_id):
                connection = self._connections.setdefault(arn, _described(call, arn, parts[3], "GitHub"))
                if connection is not None:
                    return connection
        raise ServiceError("ResourceNotFoundException", f"Connection {arn} not found")


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Answer for both names of the service from one store."""
    connections = Connections()
    for service in SERVICES:
        hooks.handle(service, "CreateConnection", connections.create)
        hooks.handle(service, "GetConnection", connections.get)
        hooks.handle(service, "ListConnections", connections.list_made)
        hooks.handle(service, "DeleteConnection", connections.delete)
        hooks.handle(service, "TagResource", connections.tag)
        hooks.handle(service, "UntagResource", connections.untag)
        hooks.handle(service, "ListTagsForResource", connections.tags)


def _described(call: Call, arn: str, name: str, provider: str) -> Params:
    return {
        "ConnectionName": name,
        "ConnectionArn": arn,
        "ProviderType": provider,
        "OwnerAccountId": call.account_id,
        "ConnectionStatus": "AVAILABLE",
    }
