"""The hook of a repository that tells the local AWS of each push.

https://git-scm.com/docs/githooks#post-receive
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from uuid import uuid4

from local_aws import push_client

_OURS = "# Installed by the local AWS"


def install(repository: Path) -> bool:
    """Have pushes to a bare repository told; whether there was anything to write.

    A hook that somebody else has put there stays.
    """
    hook = repository / "hooks" / "post-receive"
    command = shlex.join([sys.executable, "-I", push_client.__file__])
    wanted = f"#!/bin/sh\n{_OURS}: it starts the pipelines that a push concerns.\nexec {command}\n"
    present = hook.read_text(encoding="utf-8") if hook.exists() else _OURS
    if present == wanted or _OURS not in present:
        return False
    hook.parent.mkdir(exist_ok=True)
    # Moved into its place, for another process may be at it.
    draft = hook.with_suffix(f".{uuid4()}")
    draft.write_text(wanted, encoding="utf-8")
    draft.chmod(0o755)
    draft.replace(hook)
    return True
