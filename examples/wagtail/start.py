"""Wagtail with a small app of news pages: start.py FOLDER PORT."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from starting import PASSWORD, arguments, command, fresh_state, python_packages, serve

PACKAGES = ("wagtail==7.4.4", "django==5.2.19")
SITE = Path(__file__).resolve().parent / "site"


def main() -> int:
    folder, port = arguments(__doc__)
    python = python_packages(folder, *PACKAGES)

    def settings(state: Path) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "settings",
            "PYTHONPATH": str(SITE),
            "PYTHONDONTWRITEBYTECODE": "1",
            "EXAMPLE_STATE": str(state),
            "EXAMPLE_PASSWORD": PASSWORD,
        }

    def prepare(state: Path) -> None:
        command([python, "-m", "django", "migrate", "--verbosity", "0"], state, settings(state))
        command([python, SITE / "first_content.py"], state, settings(state))

    sources = "".join(path.read_text("utf-8") for path in sorted(SITE.rglob("*.py")))
    state = fresh_state(folder, f"{PACKAGES} {PASSWORD}\n{sources}", prepare)
    words = [python, "-m", "django", "runserver", "--noreload", "--skip-checks", f"127.0.0.1:{port}"]
    return serve(words, port, "/admin/login/", state, settings(state))


if __name__ == "__main__":
    sys.exit(main())
