"""Wagtail with a small app of news pages: start.py FOLDER PORT."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from starting import serve_django

HERE = Path(__file__).resolve().parent
PACKAGES = ("wagtail==7.4.4", "django==5.2.19")

if __name__ == "__main__":
    sys.exit(serve_django(__doc__, HERE / "site", PACKAGES))
