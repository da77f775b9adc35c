"""Sets the grid back, as the same person would in another browser: drift.py FOLDER URL."""

from __future__ import annotations

import json
import os
import sys
import urllib.parse
import urllib.request

PASSWORD = os.environ.get("EXAMPLE_PASSWORD", "example-admin-password")


def main(url: str) -> None:
    form = {"client_id": "node-red-admin", "grant_type": "password", "scope": "*"}
    form |= {"username": "admin", "password": PASSWORD}
    with urllib.request.urlopen(f"{url}/auth/token", urllib.parse.urlencode(form).encode(), timeout=20) as answer:
        token = json.load(answer)["access_token"]
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    view = json.dumps({"editor": {"view": {"view-grid-size": 20}}}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{url}/settings/user", view, head), timeout=20) as answer:
        if answer.status != 204:
            raise SystemExit(f"The settings were answered with {answer.status}.")


if __name__ == "__main__":
    main(sys.argv[2].rstrip("/"))
