"""What AWS's refusals mean for a person, and the remedy of each kind.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import sys

_CREDENTIALS = (
    "Run `aws sso login`, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. "
    'For the local AWS: eval "$(local-aws env)"; it is started by: mlops up'
)
_MISSING = (
    "NoCredentialsError",
    "PartialCredentialsError",
    "CredentialRetrievalError",
    "ProfileNotFound",
    "ConfigNotFound",
    "SSOError",
    "TokenRetrievalError",
    "RefreshWithMFAUnsupportedError",
)
#: Each service spells them its own way: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
_REFUSED_CREDENTIALS = {
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidToken",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
    "UnrecognizedClientException",
}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}


def sentence_of_aws(error: Exception) -> str | None:
    """What botocore's error says, with the remedy; None where it is not botocore's."""
    if "botocore.exceptions" not in sys.modules:
        return None
    from botocore import exceptions

    if isinstance(error, tuple(getattr(exceptions, name) for name in _MISSING)):
        return f"There are no usable AWS credentials in this shell: {error}\n{_CREDENTIALS}"
    if isinstance(error, exceptions.ClientError):
        return _refusal(error.operation_name, error.response.get("Error", {}))
    if isinstance(error, exceptions.HTTPClientError | exceptions.ConnectionError):
        remedy = "Connect to the network, or correct AWS_ENDPOINT_URL: does the local AWS still run?"
        return f"AWS could not be reached: {error}\n{remedy}"
    return f"AWS could not be asked: {error}" if isinstance(error, exceptions.BotoCoreError) else None


def _refusal(operation: str, said: dict[str, str]) -> str:
    code, message = said.get("Code", ""), said.get("Message", "")
    told = f"AWS refused {operation}: {message} ({code})"
    if code in _REFUSED_CREDENTIALS:
        return f"{told}\n{_CREDENTIALS}"
    if code in _DENIED:
        return f"{told}\nAllow these credentials {operation}, or use others: AWS_PROFILE."
    if code == "NoSuchBucket":
        return f"{told}\nDeploy the stack that makes it: `mlops doctor` says what is missing."
    return told
