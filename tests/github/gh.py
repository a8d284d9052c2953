"""Stands for GitHub's CLI in tests: ``gh api`` on the comments of an issue, kept in the file ``GH_STORE``."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import jq

parser = argparse.ArgumentParser()
parser.add_argument("api", choices=["api"])
parser.add_argument("path")
parser.add_argument("--method", default="GET")
parser.add_argument("--field", default="")
parser.add_argument("--jq")
parser.add_argument("--paginate", action="store_true")
parser.add_argument("--silent", action="store_true")
asked = parser.parse_args()
store = Path(os.environ["GH_STORE"])
comments: list[dict[str, Any]] = json.loads(store.read_text())
body = Path(asked.field.removeprefix("body=@")).read_text() if asked.field else ""

if asked.method == "GET" and re.fullmatch(r"repos/\w+/\w+/issues/\d+/comments", asked.path):
    for found in jq.compile(asked.jq).input_value(comments):
        print(found if isinstance(found, str) else json.dumps(found))
    sys.exit()
if asked.method == "POST" and re.fullmatch(r"repos/\w+/\w+/issues/\d+/comments", asked.path):
    user = {"login": "github-actions[bot]"}
    comments.append({"id": len(comments) + 1, "user": user, "body": body})
elif asked.method == "PATCH" and re.fullmatch(r"repos/\w+/\w+/issues/comments/\d+", asked.path):
    [mine] = [comment for comment in comments if comment["id"] == int(asked.path.rpartition("/")[2])]
    mine["body"] = body
else:
    sys.exit(f"{asked.method} {asked.path}: not found")
store.write_text(json.dumps(comments))
