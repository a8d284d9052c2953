"""What a call must be allowed: its own action on its resources, the roles it passes, the keys it uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.iam.models import iam_backends
from moto.secretsmanager.models import secretsmanager_backends

from local_aws.hooks import Call
from local_aws.iam import keys, s3, sagemaker
from local_aws.iam.access import Access, texts
from local_aws.iam.operations import PASSED_ROLES, PREFIXES, SERVICES
from local_aws.iam.parameters import Parameters

# Everybody may ask who he is: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
_FREE = {("sts", "GetCallerIdentity")}
_TAGS = ("Tags", "tags", "TagList")


def accesses(call: Call) -> list[Access]:
    """All of them; one of an operation that nothing is known of has no resource."""
    if (call.service, call.operation) in _FREE:
        return []
    if call.service == "s3":
        return list(s3.Request(call).accesses())
    parameters = Parameters(call)
    own = list(_own(call, parameters))
    return [*own, *_passed_roles(call, parameters), *_keys(call, parameters)]


def _own(call: Call, parameters: Parameters) -> Iterator[Access]:
    prefix = PREFIXES.get(call.service, call.service)
    action = f"{prefix}:{call.operation}"
    context = {**_tags(parameters), **_of_service(call, parameters)}
    if call.service == "kms":
        yield _key_access(call, action, parameters)
        return
    resources: list[str | None] = list(_resources(call, prefix, parameters))
    yield from (Access(action, resource, context) for resource in resources or [None])


def _resources(call: Call, prefix: str, parameters: Parameters) -> Iterator[str]:
    if call.service == "iam":
        yield from _of_iam(call, parameters)
        return
    if call.service == "sts":
        yield from parameters.values("RoleArn")
        return
    if call.service == "secretsmanager":
        yield from _of_secret(call, parameters)
        return
    templates = SERVICES.get(call.service, {}).get(call.operation, ())
    if call.service == "sagemaker" and call.operation.startswith("InvokeEndpoint"):
        yield call.arn(
            "sagemaker", call.path.strip("/").replace("endpoints/", "endpoint/", 1).rsplit("/", 1)[0]
        )
    for template in templates:
        for resource in parameters.fill(template):
            if resource == "*":
                yield resource
            else:  # A parameter may be an ARN itself.
                yield resource[resource.find("arn:") :] if "arn:" in resource else call.arn(prefix, resource)


def _of_iam(call: Call, parameters: Parameters) -> Iterator[str]:
    yield from parameters.values("PolicyArn")
    for name in parameters.values("RoleName"):
        arn = f"arn:aws:iam::{call.account_id}:role{parameters.first('Path') or '/'}{name}"
        yield next((role.arn for role in _roles(call) if role.name == name), arn)
    for kind in ("User", "Group"):
        for name in parameters.values(f"{kind}Name"):
            yield f"arn:aws:iam::{call.account_id}:{kind.lower()}/{name}"


def _of_secret(call: Call, parameters: Parameters) -> Iterator[str]:
    """An ARN ends with letters of AWS's own, which a name does not tell."""
    secrets = secretsmanager_backends[call.account_id][call.region].secrets
    for name in parameters.values("SecretId"):
        if name.startswith("arn:"):
            yield name
        else:
            yield str(secrets[name].arn) if name in secrets else call.arn("secretsmanager", f"secret:{name}")
    for name in parameters.values("Name"):
        yield call.arn("secretsmanager", f"secret:{name}")


def _roles(call: Call) -> Iterator[Any]:
    yield from iam_backends[call.account_id]["aws"].roles.values()


def _passed_roles(call: Call, parameters: Parameters) -> Iterator[Access]:
    path, service = PASSED_ROLES.get((call.service, call.operation), ("", ""))
    for arn in parameters.values(path) if path else []:
        if not arn.startswith("arn:"):
            arn = f"arn:aws:iam::{call.account_id}:role/{arn}"
        yield Access("iam:PassRole", arn, {"iam:passedtoservice": (f"{service}.amazonaws.com",)})


def _keys(call: Call, parameters: Parameters) -> Iterator[Access]:
    """The keys that a service takes on in the caller's name."""
    if call.service == "sagemaker":
        yield from sagemaker.volume_grants(call, parameters)


def _key_access(call: Call, action: str, parameters: Parameters) -> Access:
    reference = parameters.first("KeyId") or parameters.first("TargetKeyId")
    key = keys.find(str(reference), call.account_region) if reference else None
    return key.access(action, {}) if key else Access(action, None)


def _of_service(call: Call, parameters: Parameters) -> dict[str, tuple[str, ...]]:
    if call.service == "sagemaker":
        return sagemaker.context(parameters)
    if call.service == "monitoring" and call.operation == "PutMetricData":
        return {"cloudwatch:namespace": texts(parameters.values("Namespace"))}
    if call.service == "sts":
        external = parameters.first("ExternalId")
        return {"sts:externalid": (str(external),)} if external else {}
    return {}


def _tags(parameters: Parameters) -> dict[str, tuple[str, ...]]:
    tags = [tag for name in _TAGS for tag in parameters.values(name) if isinstance(tag, dict)]
    pairs = {str(t.get("Key") or t.get("key")): str(t.get("Value") or t.get("value") or "") for t in tags}
    context = {f"aws:requesttag/{key.lower()}": (value,) for key, value in pairs.items()}
    return {**context, "aws:tagkeys": tuple(pairs)} if pairs else {}
