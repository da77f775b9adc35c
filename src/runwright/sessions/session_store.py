"""The folder of kept sessions: one sealed file for each site and account, for this operating system account only."""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from runwright.engine.errors import EnvironmentFailure
from runwright.engine.run.procedure import who
from runwright.engine.run.run_lock import held
from runwright.engine.state_folder import state_folder, writable_state_folder
from runwright.evidence.atomic_io import open_regular
from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.origins import bare_origin
from runwright.sessions.sealing_key import SealingKey
from runwright.sessions.session_file import KeptSession, UnusableFile, opened

DEFAULT = "default"
"""The account of a session whose name nobody has given."""
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
_SUFFIX = ".age"
_MOST_BYTES = 200_000_000


@dataclass(frozen=True)
class StoredSession:
    """A file of the folder."""

    path: Path
    session: KeptSession | None
    """None if it cannot be used."""
    problem: str = ""
    """Why not."""


def valid_account(name: str) -> str:
    """The name of an account. Raises UserError for one that cannot be a file's."""
    if not _ACCOUNT.fullmatch(name) or name.endswith("."):
        remedy = "Use letters, digits, `.`, `_`, `@`, `+` and `-`, at most 64 of them."
        raise UserError(Diagnostic(f"Invalid name of an account: {name!r}.", remedy))
    return name


def kept_accounts(site: str) -> list[str]:
    """The accounts with a session at the address of a site, sorted. Opens no file, and needs no key."""
    try:
        files = [path for path in _folder(site).iterdir() if path.suffix == _SUFFIX]
    except (OSError, RuntimeError):
        return []
    return sorted(path.name.removesuffix(_SUFFIX) for path in files if not path.name.startswith("."))


def all_files() -> list[Path]:
    """The files of all sessions, sorted."""
    try:
        found = sorted((state_folder() / "sessions").glob(f"*/*{_SUFFIX}"))
    except (OSError, RuntimeError):
        return []
    return [path for path in found if not path.name.startswith(".")]


def path_of(site: str, account: str) -> Path:
    """The file of a session, whether it exists or not."""
    return _folder(site) / f"{valid_account(account)}{_SUFFIX}"


def read(path: Path, key: SealingKey) -> KeptSession:
    """The session in a file of the folder. Raises EnvironmentFailure for one that is not of this site and account."""
    try:
        session = opened(read_sealed(path), key)
        if path_of(session.site, session.account) != path:
            raise UnusableFile(f"It is the session “{session.account}” at {session.site}.")
    except UnusableFile as error:
        raise EnvironmentFailure(f"{path} cannot be used: {error}", "Delete it, and sign in again.") from None
    except UserError as error:
        raise EnvironmentFailure(f"{path} cannot be used: {error.diagnostics[0].message}", "Delete it.") from None
    return session


def read_sealed(path: Path) -> bytes:
    """The bytes of a file that may be a session. Raises UnusableFile if it is another account's, or no plain file."""
    try:
        with open_regular(path) as file:
            about = os.fstat(file.fileno())
            if hasattr(os, "geteuid") and about.st_uid != os.geteuid():
                raise UnusableFile("It belongs to another account of this machine.")
            if about.st_size > _MOST_BYTES:
                raise UnusableFile("It is too large for a session.")
            return file.read()
    except OSError as error:
        raise UnusableFile(f"It cannot be read: {error.strerror or error}.") from None


def listed(key: SealingKey) -> Iterator[StoredSession]:
    """All files of the folder, each with its session or why there is none."""
    for path in all_files():
        try:
            yield StoredSession(path, read(path, key))
        except EnvironmentFailure as error:
            yield StoredSession(path, None, str(error).removeprefix(f"{path} cannot be used: "))


def write(session: KeptSession, recipient: str) -> Path:
    """Store a session, sealed for a recipient: whole, and for this account only. Raises OSError."""
    path = path_of(session.site, session.account)
    data = session.sealed(recipient)
    writable_state_folder()
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if stat.S_IMODE(folder.stat().st_mode) & 0o077:
            folder.chmod(0o700)
    write_private(path, data)
    return path


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only this account can read, whole or not at all. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def remove(path: Path) -> None:
    """Delete a session's file, and the folder of its site if it was the last. Raises OSError."""
    path.unlink()
    with suppress(OSError):  # other accounts have one
        path.parent.rmdir()


@contextmanager
def in_use(site: str, account: str) -> Iterator[None]:
    """Hold a session while the block runs. Raises Stopped, class `locked`, if it is in use, and EnvironmentFailure."""
    with held(["session", site, account], f"The session “{account}” at {site} is in use", who()):
        yield


def _folder(site: str) -> Path:
    """The folder of a site's sessions: named as its host, with scheme and port where they are not the usual ones."""
    one = bare_origin(site)
    if one is None:
        raise UserError(Diagnostic(f"{site} is not the address of a site.", "Write scheme and host."))
    name = re.sub(r"[^A-Za-z0-9.-]", "_", str(one).removeprefix("https://"))
    return state_folder() / "sessions" / name
