"""`make` without python3-venv: it removes a partial .venv and names the package to install."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTIAL = """#!/bin/sh
# python3 without python3-venv on Debian: it leaves a .venv without pip
mkdir -p .venv/bin
printf '#!/bin/sh\\necho "No module named pip" >&2\\nexit 1\\n' > .venv/bin/python
chmod +x .venv/bin/python
echo "The virtual environment was not created successfully because ensurepip is not available."
exit 1
"""
COMPLETE = """#!/bin/sh
mkdir -p .venv/bin
printf '#!/bin/sh\\necho "$@" >> .venv/log\\n' > .venv/bin/python
chmod +x .venv/bin/python
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The Makefile in a folder whose path contains a space."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    folder = tmp_path / "a checkout"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


def _make(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    stub = folder / "python-stub"
    stub.write_text(python, "utf-8")
    stub.chmod(0o755)
    command = ["make", "--no-print-directory", "setup", "PYTHON=./python-stub"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_without_python3_venv_the_partial_venv_is_removed_and_the_package_named(checkout: Path) -> None:
    done = _make(checkout, PARTIAL)
    assert done.returncode != 0
    assert "apt-get install python3-venv" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_partial_venv_is_replaced_once_the_package_is_installed(checkout: Path) -> None:
    subprocess.run(["sh", "-c", PARTIAL], cwd=checkout, capture_output=True)
    assert (checkout / ".venv/bin/python").exists()
    done = _make(checkout, COMPLETE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "-m pip install" in (checkout / ".venv/log").read_text("utf-8")


def test_a_complete_venv_is_kept(checkout: Path) -> None:
    assert _make(checkout, COMPLETE).returncode == 0
    (checkout / ".venv/kept").touch()
    os.utime(checkout / "pyproject.toml", (2_000_000_000, 2_000_000_000))
    assert _make(checkout, PARTIAL).returncode == 0
    assert (checkout / ".venv/kept").exists()
