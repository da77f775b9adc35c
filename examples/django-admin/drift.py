"""Takes the editor's staff status away in the database, as another administrator would: drift.py FOLDER URL."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path


def main(folder: str) -> None:
    with closing(sqlite3.connect(Path(folder) / "state" / "site.sqlite3", timeout=20)) as database, database:
        changed = database.execute("update auth_user set is_staff = 0 where username = 'noor' and is_staff = 1")
        if changed.rowcount != 1:
            raise SystemExit("There is no editor with staff status.")


if __name__ == "__main__":
    main(sys.argv[1])
