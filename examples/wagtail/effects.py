"""Prints what stands in the site's database and files, without ids and times: effects.py FOLDER URL.

How many drafts Wagtail saves while somebody types depends on time, so drafts are not counted; what was published is.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

QUERIES = {
    "languages": "select language_code from wagtailcore_locale order by 1",
    "collections": "select name, depth from wagtailcore_collection order by path",
    "images": "select i.title, width, height, c.name as collection from wagtailimages_image i"
    " join wagtailcore_collection c on c.id = collection_id order by i.title",
    "pages": "select title, draft_title, slug, live, has_unpublished_changes as draft, depth"
    " from wagtailcore_page order by path",
    "news": "select p.title, introduction, body, i.title as photo, n.title as read_next from news_newspage"
    " join wagtailcore_page p on p.id = page_ptr_id left join wagtailimages_image i on i.id = photo_id"
    " left join wagtailcore_page n on n.id = read_next_id order by p.title",
    "sites": "select hostname, port, site_name from wagtailcore_site order by 1",
    "published": "select label, count(*) as times from wagtailcore_pagelogentry where action = 'wagtail.publish'"
    " group by label order by label",
    "log": "select action, label, count(*) as times from wagtailcore_modellogentry group by 1, 2 order by 1, 2",
}


def main(folder: str) -> None:
    state = (Path(folder) / "state").resolve()
    with closing(sqlite3.connect(f"{(state / 'site.sqlite3').as_uri()}?mode=ro", uri=True, timeout=20)) as database:
        database.row_factory = sqlite3.Row
        found: dict[str, object] = {
            name: [dict(row) for row in database.execute(query)] for name, query in QUERIES.items()
        }
    for each in found["news"]:  # type: ignore[attr-defined]
        each["body"] = _without_keys(each["body"])
    found["uploaded files"] = len(list((state / "media" / "original_images").glob("*")))
    print(json.dumps(found, indent=1, ensure_ascii=False))


def _without_keys(body: str) -> str:
    """Rich text without the random key that the editor gives each block."""
    import re

    return re.sub(r' data-block-key="\w+"', "", body)


if __name__ == "__main__":
    main(sys.argv[1])
