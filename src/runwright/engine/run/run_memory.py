"""Run memory: which run of a runbook at a site came last on this machine, and where its folder is.

It is kept per account in the state folder, so that every run finds what is unfinished, whatever its own folder is. Runs
that share a site hold the run lock one after the other; so the last record is the last run, whatever the clock said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runwright.engine.state_folder import writable_state_folder
from runwright.evidence.atomic_io import EvidenceError, write_atomic


@dataclass(frozen=True)
class RememberedRun:
    """The last run of a runbook at a site, with the same inputs."""

    run: str
    folders: Mapping[str, Path]
    """The folders of this run and of those that it resumed, by run id."""
    open: bool
    """It was killed, or did not succeed and may have begun a change."""

    @property
    def folder(self) -> Path:
        return self.folders[self.run]


class RunMemory:
    """The records of one runbook with one set of inputs, one for each of its sites."""

    def __init__(self, runbook: str, sites: Iterable[str], inputs: Mapping[str, Any], rehearsal_id: str | None) -> None:
        """Raises OSError if the state folder cannot be created."""
        folder = writable_state_folder() / "runs"
        self._rehearsal = rehearsal_id is not None
        self._files = []
        for site in sorted(set(sites)):
            key = json.dumps([runbook, site, rehearsal_id, inputs], sort_keys=True, default=str)
            self._files.append(folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json")

    def last(self) -> list[RememberedRun]:
        """The last run at each site: the open ones first. Records that cannot be read are left out."""
        found: dict[str, RememberedRun] = {}
        for file in self._files:
            with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
                content = json.loads(file.read_text("utf-8"))
                folders = {str(run): Path(path) for run, path in content["folders"].items()}
                remembered = RememberedRun(str(content["run"]), folders, bool(content["open"]))
                found[remembered.folder.name] = remembered
        return sorted(found.values(), key=lambda each: not each.open)

    def begun(self, run: str, folder: Path, resumed: Mapping[str, Path]) -> None:
        """Record that a run has a folder and is about to start. Raises EvidenceError."""
        self._write(run, {**resumed, run: folder.resolve()}, True)

    def ended(self, run: str, folder: Path, resumed: Mapping[str, Path], is_open: bool) -> None:
        """Record how it ended. Raises EvidenceError."""
        if self._rehearsal and not is_open:  # its simulators may never be served again
            for file in self._files:
                file.unlink(missing_ok=True)
            return
        self._write(run, {**resumed, run: folder.resolve()}, is_open)

    def _write(self, run: str, folders: Mapping[str, Path], is_open: bool) -> None:
        content = {"run": run, "folders": {each: str(path) for each, path in folders.items()}, "open": is_open}
        for file in self._files:
            try:
                file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError as error:
                raise EvidenceError(f"{file.parent} cannot be created: {error.strerror}.") from None
            write_atomic(file, json.dumps(content).encode())
