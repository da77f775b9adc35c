"""The log of a call: `-v` prints it, `--log FILE` writes it, and after an internal error it is kept in a file."""

from __future__ import annotations

import logging
import os
import sys
from collections import deque
from datetime import UTC, datetime
from pathlib import Path

from runwright.engine.state_folder import state_folder
from runwright.language.diagnostics import Diagnostic, UserError

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_KEPT = 5_000
"""Lines that are kept for the log of a bug."""


class _LastLines(logging.Handler):
    """Keeps the last lines of the log in memory."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: deque[str] = deque(maxlen=_KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class LogOutput:
    """Where the log of one call goes. A context manager."""

    def __init__(self, file: Path | None, verbose: bool) -> None:
        """Raises UserError if the file cannot be written."""
        self._last = _LastLines()
        self._handlers: list[logging.Handler] = [self._last]
        self._file = file
        self._level = logging.INFO
        if file is not None:
            try:
                handler = logging.FileHandler(file, encoding="utf-8")
            except OSError as error:
                message = f"Cannot write the log: {error.strerror}."
                raise UserError(Diagnostic(message, "Pass another file with --log.", path=file)) from None
            self._handlers.append(handler)
            self._level = logging.DEBUG
        if verbose:
            printed = logging.StreamHandler(sys.stderr)
            printed.setLevel(logging.INFO)
            self._handlers.append(printed)
        for each in self._handlers:
            each.setFormatter(logging.Formatter(_FORMAT))

    def __enter__(self) -> LogOutput:
        logger = logging.getLogger("runwright")
        self._before = logger.level
        logger.setLevel(self._level)
        for handler in self._handlers:
            logger.addHandler(handler)
        return self

    def __exit__(self, *exception: object) -> None:
        logger = logging.getLogger("runwright")
        logger.setLevel(self._before)
        for handler in self._handlers:
            logger.removeHandler(handler)
            handler.close()

    def keep(self) -> Path | None:
        """The file that has the log of this call, written now unless `--log` named one; None if the disk refuses it."""
        if self._file is not None:
            return self._file
        now = datetime.now(UTC)
        try:
            file = state_folder() / "logs" / f"{now:%Y%m%dT%H%M%SZ}-{os.getpid()}.log"
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.write_text("".join(f"{line}\n" for line in self._last.lines), "utf-8")
        except (OSError, RuntimeError):
            return None
        return file
