"""What a workgroup lets a query do: moto keeps the workgroups, this reads them.

https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
"""

from __future__ import annotations

from dataclasses import dataclass

from moto.backends import get_backend

from local_aws.hooks import Call, Params, ServiceError
from local_aws.s3_location import S3Location

_NO_OUTPUT = (
    "No output location provided. An output location is required either through the Workgroup result "
    "configuration setting or as an API input."
)
# The settings of a result that a client and a workgroup both may give.
_RESULT_SETTINGS = ("OutputLocation", "EncryptionConfiguration", "ExpectedBucketOwner", "AclConfiguration")


@dataclass(frozen=True)
class EffectiveSettings:
    """The settings that apply to one query."""

    output_folder: S3Location
    result_configuration: Params
    scan_limit: int | None


def invalid_request(message: str) -> ServiceError:
    """Athena's error for anything that a request may not ask."""
    return ServiceError("InvalidRequestException", message)


def effective_settings(call: Call, workgroup: str, given: Params) -> EffectiveSettings:
    """The workgroup's settings where it enforces them or the client gave none, else the client's.

    Raises:
        ServiceError: InvalidRequestException for an unknown or disabled workgroup or no output location.
    """
    stored = get_backend("athena")[call.account_id][call.region].work_groups.get(workgroup)
    if stored is None:
        raise invalid_request(f"WorkGroup {workgroup} is not found.")
    if stored.state == "DISABLED":
        raise invalid_request(f"WorkGroup {workgroup} is disabled.")
    configuration = stored.configuration
    own = configuration.get("ResultConfiguration") or {}
    enforced = configuration.get("EnforceWorkGroupConfiguration", True)
    # A client that names a location does so with its own encryption, or none.
    chosen = own if (enforced and own.get("OutputLocation")) or not given.get("OutputLocation") else given
    if not chosen.get("OutputLocation"):
        raise invalid_request(_NO_OUTPUT)
    try:
        folder = S3Location.parse(chosen["OutputLocation"])
    except ValueError:
        raise invalid_request(f"outputLocation is not a valid S3 path: {chosen['OutputLocation']}") from None
    kept = {key: chosen[key] for key in _RESULT_SETTINGS if chosen.get(key)}
    return EffectiveSettings(folder, kept, configuration.get("BytesScannedCutoffPerQuery"))
