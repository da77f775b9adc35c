"""Prints what stands in the project's database, without ids and times: effects.py FOLDER URL."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

QUERIES = {
    "settings": "select project_name, auth_password_policy, auth_login_attempts, public_registration, module_bar"
    " from directus_settings",
    "collections": "select collection, singleton, archive_field from directus_collections order by collection",
    "fields": "select collection, field, interface, required, special from directus_fields"
    " where collection not like 'directus_%' order by collection, field",
    "columns": "select m.name as collection, c.name, c.type from sqlite_master m join pragma_table_info(m.name) c"
    " where m.type = 'table' and m.name not like 'directus_%' and m.name not like 'sqlite_%'"
    " and m.name not like 'spatial_%' order by m.name, c.name",
    "roles": "select name, app_access, admin_access from directus_roles order by name",
    "permissions": "select r.name as role, collection, action, count(*) as entries from directus_permissions p"
    " join directus_roles r on r.id = p.role group by 1, 2, 3 order by 1, 2, 3",
    "activity": "select action, collection, count(*) as entries from directus_activity"
    " where action <> 'login' group by 1, 2 order by 1, 2",
}
"""Directus's own log of activity is among them: each save leaves entries there."""


def main(folder: str) -> None:
    address = (Path(folder) / "state" / "data.sqlite3").resolve().as_uri()
    with closing(sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=20)) as database:
        database.row_factory = sqlite3.Row
        found = {name: [dict(row) for row in database.execute(query)] for name, query in QUERIES.items()}
    print(json.dumps(found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
