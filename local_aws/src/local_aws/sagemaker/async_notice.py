"""What SageMaker publishes when a request to an asynchronous endpoint has ended.

https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-check-predictions.html
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from local_aws.s3_location import S3Location
from local_aws.sagemaker.async_request import AsyncRequest, Outcome


def notice(
    region: str, endpoint: str, request: AsyncRequest, outcome: Outcome, location: S3Location | None
) -> str:
    """The message, as JSON; ``location`` is where the answer or the container's error is."""
    asked = {"endpointName": endpoint}
    if isinstance(request.payload, S3Location):
        asked["inputLocation"] = str(request.payload)
    answered = {"contentType": outcome.content_type}
    if location:
        answered["outputLocation" if outcome.status == "Completed" else "failureLocation"] = str(location)
    return json.dumps(
        {
            "awsRegion": region,
            "eventTime": _time(datetime.now(UTC)),
            "receivedTime": _time(request.received),
            "invocationStatus": outcome.status,
            **({"failureReason": outcome.reason} if outcome.reason else {}),
            "requestParameters": asked,
            "responseParameters": answered,
            "inferenceId": request.inference_id,
            "eventVersion": "1.0",
            "eventSource": "aws:sagemaker",
            "eventName": "InferenceResult",
        }
    )


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"
