"""Installs the gallery's widgets from npm and bundles its pages with esbuild, once for each state of their sources.

`python tests/widgets/bundles.py` does it before the tests, which then need no network.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[1] / ".cache" / "widgets"
"""Not in `tests/`, where the tests of the sources would read thousands of other people's files."""
PAGES = HERE / "pages"
INSTALLED_FROM = ("package.json", "package-lock.json", ".npmrc")
OPTIONS = (
    "--bundle",
    "--minify",
    "--format=iife",
    "--jsx=automatic",
    "--log-level=error",
    '--define:process.env.NODE_ENV="production"',
    "--loader:.ttf=dataurl",
    "--loader:.svg=dataurl",
)


class NoBundles(Exception):
    """npm is missing, or it cannot install the packages, or esbuild cannot bundle the pages."""


def entries() -> list[Path]:
    """The scripts of the pages, each of which becomes one bundle."""
    return sorted(path for path in PAGES.iterdir() if path.suffix in (".js", ".jsx"))


def bundles() -> Path:
    """The folder of the bundles, which are made unless they are there. Safe in several processes at a time.

    Raises NoBundles with the output of the command that failed.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    installed = _digest([HERE / name for name in INSTALLED_FROM])
    made_from = [path for path in sorted(PAGES.rglob("*")) if path.is_file()]
    folder = CACHE / f"bundles-{_digest([*made_from, Path(__file__)], installed)}"
    with FileLock(CACHE / "lock"):
        if not folder.is_dir():
            modules = _install(CACHE / f"installed-{installed}")
            _whole(folder, lambda target: _bundle(modules, target))
    return folder


def _digest(paths: list[Path], *more: str) -> str:
    digest = hashlib.sha256("".join(more).encode())
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _install(folder: Path) -> Path:
    """The folder with `node_modules`, from the lock file. No script of a package runs: esbuild needs none."""
    if not folder.is_dir():
        npm = shutil.which("npm")
        if npm is None:
            raise NoBundles("npm is not installed; the widgets come from there")

        def install(target: Path) -> None:
            for name in INSTALLED_FROM:
                shutil.copy(HERE / name, target)
            _call([npm, "ci", "--ignore-scripts"], target)

        _whole(folder, install)
    return folder


def _bundle(installed: Path, target: Path) -> None:
    """Pages beside `node_modules`, where esbuild looks for packages."""
    pages = installed / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    shutil.copytree(PAGES, pages)
    names = [str(pages / path.name) for path in entries()]
    node = shutil.which("node") or "node"
    _call([node, "node_modules/esbuild/bin/esbuild", *names, *OPTIONS, f"--outdir={target}"], installed)


def _whole(folder: Path, fill: Callable[[Path], None]) -> None:
    """A folder that is there only once it is filled."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        part = Path(name) / folder.name
        part.mkdir()
        fill(part)
        part.rename(folder)


def _call(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise NoBundles(f"{' '.join(command[:3])} failed: {(done.stderr or done.stdout).strip()[-2000:]}")


def main() -> int:
    """Make the bundles; the exit code. Without them the tests of the gallery are skipped, but in CI they must come."""
    try:
        print(f"Widgets of the gallery: {bundles()}")
    except NoBundles as error:
        print(f"The gallery of widgets cannot be made: {error}", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
