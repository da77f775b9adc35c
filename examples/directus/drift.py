"""Allows more attempts to sign in, in the database, as another administrator would: drift.py FOLDER URL."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path


def main(folder: str) -> None:
    with closing(sqlite3.connect(Path(folder) / "state" / "data.sqlite3", timeout=20)) as database, database:
        changed = database.execute(
            "update directus_settings set auth_login_attempts = 99 where auth_login_attempts = 10"
        )
        if changed.rowcount != 1:
            raise SystemExit("The attempts are not limited to 10.")


if __name__ == "__main__":
    main(sys.argv[1])
