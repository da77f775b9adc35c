"""The widgets come from exact versions, name no registry, and CI fails where they do not come."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from widgets import bundles as made


def test_every_version_is_exact_and_locked() -> None:
    wanted = json.loads((made.HERE / "package.json").read_text("utf-8"))["dependencies"]
    locked = json.loads((made.HERE / "package-lock.json").read_text("utf-8"))["packages"]
    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert [name for name, package in locked.items() if name and "integrity" not in package] == []


def test_the_lock_file_names_no_registry() -> None:
    locked = json.loads((made.HERE / "package-lock.json").read_text("utf-8"))["packages"]
    assert [name for name, package in locked.items() if "resolved" in package] == []


@pytest.mark.parametrize(("in_ci", "code"), [("true", 1), ("", 0)])
def test_without_npm_only_ci_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], in_ci: str, code: int
) -> None:
    monkeypatch.setattr(made, "CACHE", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CI", in_ci)
    assert made.main() == code
    assert "npm is not installed" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]
