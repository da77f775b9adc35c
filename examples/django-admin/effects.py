"""Prints what stands in the site's database, without ids and times: effects.py FOLDER URL."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

QUERIES = {
    "users": "select username, email, is_staff, is_superuser, password like '!%' as without_password, ("
    " select group_concat(name, ', ') from (select name from auth_group join auth_user_groups"
    " on group_id = auth_group.id where user_id = auth_user.id order by name)) as groups"
    " from auth_user order by username",
    "groups": "select name, (select group_concat(app_label || '.' || codename, ', ') from ("
    " select app_label, codename from auth_group_permissions join auth_permission p on p.id = permission_id"
    " join django_content_type t on t.id = content_type_id where group_id = auth_group.id order by 1, 2))"
    " as permissions from auth_group order by name",
    "venues": "select name, city from events_venue order by name",
    "events": "select title, slug, status, strftime('%d', date) as day, v.name as venue"
    " from events_event join events_venue v on v.id = venue_id order by title",
    "talks": "select e.title as event, t.title, speaker, minutes"
    " from events_talk t join events_event e on e.id = event_id order by e.title, t.title",
    "log": "select action_flag, object_repr, count(*) as entries from django_admin_log group by 1, 2 order by 2, 1",
}
"""The admin's own log is among them: a save that changes nothing leaves an entry there."""


def main(folder: str) -> None:
    address = (Path(folder) / "state" / "site.sqlite3").resolve().as_uri()
    with closing(sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=20)) as database:
        database.row_factory = sqlite3.Row
        found = {name: [dict(row) for row in database.execute(query)] for name, query in QUERIES.items()}
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main(sys.argv[1])
