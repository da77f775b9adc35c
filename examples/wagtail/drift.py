"""Names the site otherwise in the database, as another administrator would: drift.py FOLDER URL."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path


def main(folder: str) -> None:
    with closing(sqlite3.connect(Path(folder) / "state" / "site.sqlite3", timeout=20)) as database, database:
        changed = database.execute("update wagtailcore_site set site_name = 'Museum' where site_name <> ''")
        if changed.rowcount != 1:
            raise SystemExit("The site has no name yet.")


if __name__ == "__main__":
    main(sys.argv[1])
