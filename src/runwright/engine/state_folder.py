"""The state folder: what runwright remembers on this machine for this account, outside of any project."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def state_folder() -> Path:
    """The folder, which may not exist yet.

    `XDG_STATE_HOME` decides where it is set. Otherwise it is where the operating system's programs keep such files.

    Raises RuntimeError if the account has no home folder.

    Source: https://specifications.freedesktop.org/basedir-spec/latest/
    """
    named = os.environ.get("XDG_STATE_HOME")
    if named:
        return Path(named) / "runwright"
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "runwright"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "runwright"
    return Path.home() / ".local" / "state" / "runwright"
