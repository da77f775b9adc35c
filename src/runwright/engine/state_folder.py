"""The state folder: what runwright remembers on this machine for this account, outside of any project."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

VARIABLE = "RUNWRIGHT_STATE"
"""The variable that names another state folder."""


def state_folder() -> Path:
    """The folder, which may not exist yet.

    It is below the home folder that the password database has for the account. `HOME` and `XDG_STATE_HOME` do not
    matter: they differ between a login, cron and sudo, and two runs would not exclude each other. `RUNWRIGHT_STATE`
    names another folder.

    Raises RuntimeError if the account has no home folder.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "runwright"
    home = _home()
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "runwright"
    return home / ".local" / "state" / "runwright"


def _home() -> Path:
    """The home folder of the account as which this process acts."""
    import pwd

    try:
        return Path(pwd.getpwuid(os.geteuid()).pw_dir)
    except KeyError:
        raise RuntimeError("the account is not in the password database") from None


def writable_state_folder() -> Path:
    """The state folder, created; one below `/var/tmp` for an account whose home folder is missing or read-only.

    It is the same in every login, in cron and behind sudo, since it depends on no variable of a login.

    Raises OSError if neither can be used.
    """
    try:
        folder = state_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.access(folder, os.W_OK):
            return folder
        raise PermissionError(13, "Permission denied", str(folder))
    except (OSError, RuntimeError) as error:
        if sys.platform == "win32" or os.environ.get(VARIABLE):
            raise error if isinstance(error, OSError) else OSError(2, str(error)) from None
    folder = Path("/var/tmp") / f"runwright-{os.geteuid()}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise PermissionError(13, "Another account owns it", str(folder))
    return folder
