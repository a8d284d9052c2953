"""Request bodies as AWS's container turns them into TensorFlow Serving's JSON.

Its rules are those of the script in the container's web server, odd ones included: what fails on AWS
fails here. https://github.com/aws/sagemaker-tensorflow-serving-container
"""

from __future__ import annotations

import json
import re

from local_aws.images.inference_server import RequestError

JSON = "application/json"
_JSON_TYPES = (JSON, "application/jsonlines", "application/jsons")
_CSV = "text/csv"

_SERVING_KEY = re.compile(r'"(instances|inputs|examples)"\s*:')
_SEVERAL_VALUES = re.compile(r"[}\]]\s*[\[{]")
_LIST_OF_LISTS = re.compile(r"\s*\[\s*\[")
_QUOTED_OR_NUMERIC = re.compile(r'\s*("|[\d.Ee+\-])')


def error(status: int, message: str) -> RequestError:
    """A refusal in TensorFlow Serving's form."""
    return RequestError(status, json.dumps({"error": message}))


def serving_json(body: bytes, content_type: str) -> str:
    """The document that TensorFlow Serving gets.

    Raises:
        RequestError: 415 where the content type is not one of the container's, to the letter.
    """
    if content_type not in (*_JSON_TYPES, _CSV):
        raise error(415, f"Unsupported Media Type: {content_type or 'Unknown'}")
    text = body.decode("utf-8", errors="replace")
    if content_type == _CSV:
        return _from_csv(text)
    if _SERVING_KEY.search(text):
        return text
    if _SEVERAL_VALUES.search(text):
        return _from_lines(text)
    instances = text if _LIST_OF_LISTS.match(text) else f"[{text}]"
    return f'{{"instances":{instances}}}'


def _from_lines(text: str) -> str:
    lines = text.strip().splitlines()
    if len(lines) == 1:
        return f'{{"instances":{lines[0]}}}'
    return '{"instances":[' + ",".join(line.strip() for line in lines if line.strip()) + "]}"


def _from_csv(text: str) -> str:
    """Rows; whether their fields are quoted already, or numbers, is told by the first field of all."""
    quote = not _QUOTED_OR_NUMERIC.match(text)
    rows = (line.strip() for line in text.strip().splitlines())
    return '{"instances":[' + ",".join(_row(line, quote) for line in rows if line) + "]}"


def _row(line: str, quote: bool) -> str:
    several = "," in line
    if quote:
        # Only the first quotation mark and the first comma: the container does no better.
        escaped = line.replace('"', '\\"', 1).replace(",", '","', 1)
        line = f'"{escaped}"'
    return f"[{line}]" if several else line


def reply_type(accept: str) -> str:
    """The content type of a reply: the first accepted one where JSON is among them."""
    accepted = accept.replace(" ", "").split(",")
    return accepted[0] if {JSON, "application/jsonlines"} & set(accepted) else JSON
