"""Directus with an administrator and one empty project, on SQLite: start.py FOLDER PORT."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from starting import PASSWORD, arguments, command, fresh_state, node_packages, serve

PACKAGES = ("directus@10.13.1", "sqlite3@5.1.7")


def main() -> int:
    folder, port = arguments(__doc__)
    directus = node_packages(folder, *PACKAGES) / "directus" / "cli.js"

    def settings(state: Path) -> dict[str, str]:
        return {
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SECRET": "for this example only",
            "ADMIN_EMAIL": "admin@example.org",
            "ADMIN_PASSWORD": PASSWORD,
            "DB_CLIENT": "sqlite3",
            "DB_FILENAME": str(state / "data.sqlite3"),
            "STORAGE_LOCAL_ROOT": str(state / "uploads"),
            "EXTENSIONS_PATH": str(state / "extensions"),
            "HOME": str(state),
            "CONFIG_PATH": str(state / "none.env"),
            "RATE_LIMITER_ENABLED": "false",
            # Nothing asks the network: no telemetry, no marketplace.
            "TELEMETRY": "false",
            "MARKETPLACE_TRUST": "sandbox",
            "MARKETPLACE_REGISTRY": f"http://127.0.0.1:{port}",
            "NPM_CONFIG_UPDATE_NOTIFIER": "false",
        }

    def prepare(state: Path) -> None:
        (state / "uploads").mkdir()
        (state / "extensions").mkdir()
        command(["node", directus, "bootstrap"], state, settings(state))

    state = fresh_state(folder, f"{PACKAGES} {PASSWORD}", prepare)
    return serve(["node", directus, "start"], port, "/server/ping", state, settings(state))


if __name__ == "__main__":
    sys.exit(main())
