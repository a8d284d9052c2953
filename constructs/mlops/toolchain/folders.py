"""Where the toolchain keeps what it writes, for a library that is installed anywhere."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path


def tools_folder() -> Path:
    """A folder for commands and caches: in the virtualenv, else of this Python in the user's cache."""
    if sys.prefix != sys.base_prefix and os.access(sys.prefix, os.W_OK):
        return Path(sys.prefix) / "tools"
    return user_cache() / f"tools-{hashlib.sha256(sys.prefix.encode()).hexdigest()[:12]}"


def user_cache() -> Path:
    """https://specifications.freedesktop.org/basedir-spec/latest/"""
    home = os.environ.get("XDG_CACHE_HOME") or Path(os.environ.get("HOME") or Path.home()) / ".cache"
    return Path(home) / "sagemaker-mlops-cdktf"
