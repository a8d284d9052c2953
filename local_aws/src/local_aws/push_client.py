"""What a repository's hook runs: it tells the local AWS of a push, and the pusher of the pipelines.

Of the standard library only, and by itself: git runs it as a script, whatever the pusher's environment is.
https://git-scm.com/docs/githooks#post-receive
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_STATE_FILE = "local-aws.json"


def relay(url: str, path: str, message: Mapping[str, Any], say: Callable[[str], None]) -> bool:
    """Post a message to the local AWS and say each line of its answer as it comes; whether all went well.

    Raises:
        OSError: it cannot be reached.
        http.client.HTTPException: it stopped in the middle.
    """
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    connection.request("POST", path, json.dumps(message), {"Content-Type": "application/json"})
    response = connection.getresponse()
    if response.status != http.client.OK:
        say(json.loads(response.read())["message"])
        return False
    well = True
    while line := response.readline():
        told = json.loads(line)
        well = told.get("well", well)
        if "text" in told:
            say(told["text"])
    return well


def main() -> None:
    """Tell of the push that git describes on the standard input, in the repository of the current folder."""
    signal.signal(signal.SIGINT, _leave)
    repository = Path.cwd()
    folder = repository.parents[2]
    count = int(os.environ.get("GIT_PUSH_OPTION_COUNT") or 0)
    push = {
        "repository": f"{repository.parent.name}/{repository.name.removesuffix('.git')}",
        "updates": [line.split() for line in sys.stdin],
        "options": [os.environ[f"GIT_PUSH_OPTION_{number}"] for number in range(count)],
    }
    try:
        url = json.loads((folder / _STATE_FILE).read_text(encoding="utf-8"))["url"]
        relay(url, "/local-aws/pushes", push, _say)
    except (OSError, ValueError):
        _say(f"The commits are stored, but no local AWS runs in {folder}: no pipeline starts.")
    except http.client.HTTPException:
        _say("The local AWS has stopped, and what ran on it.")


def _say(text: str) -> None:
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:  # Nobody listens any more.
        os._exit(0)


def _leave(*_: Any) -> None:
    # git is interrupted, too, and passes nothing on any more.
    with contextlib.suppress(OSError), Path("/dev/tty").open("w", encoding="utf-8") as terminal:
        terminal.write("\nThe commits are pushed, and the pipelines go on.\n")
    os._exit(0)


if __name__ == "__main__":
    main()
