"""Which browser a run takes: one that is named, Playwright's own, an installed one; without a window its shell."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from runwright.engine.browser.launch import driver, find_browser, launch


def _program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    path.chmod(0o755)
    return path


def _found(headed: bool) -> str | None:
    with sync_playwright() as playwright:
        found = find_browser(playwright, headed)
    return found.path if found is not None else None


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, and another in which Playwright looks for what it downloaded."""
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "own"))
    monkeypatch.delenv("RUNWRIGHT_BROWSER", raising=False)
    monkeypatch.setattr("runwright.engine.browser.launch._ELSEWHERE", ())
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    return tmp_path


def test_the_shell_is_taken_where_no_window_is_wanted(bare: Path) -> None:
    assert _found(headed=False) is None
    shell = _program(bare / "bin" / "chromium-headless-shell")
    assert _found(headed=True) is None, "the shell shows no window"
    chromium = _program(bare / "bin" / "chromium")
    assert _found(headed=False) == str(shell)
    assert _found(headed=True) == str(chromium)


def test_playwright_s_own_comes_before_what_is_installed(bare: Path) -> None:
    _program(bare / "bin" / "chromium-headless-shell")
    _program(bare / "bin" / "chromium")
    with sync_playwright() as playwright:
        own = _program(Path(playwright.chromium.executable_path))
    assert _found(headed=False) == _found(headed=True) == str(own)
    folder = next(each for each in own.parents if each.name.startswith("chromium-"))
    beside = folder.with_name(folder.name.replace("chromium-", "chromium_headless_shell-"))
    shell = _program(beside / "chrome-headless-shell-linux64" / "chrome-headless-shell")
    assert _found(headed=False) == str(shell)
    assert _found(headed=True) == str(own)


def test_the_one_that_is_named_comes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(bare / "bin" / "chromium")
    monkeypatch.setenv("RUNWRIGHT_BROWSER", "/opt/browser")
    assert _found(headed=False) == _found(headed=True) == "/opt/browser"


def test_nothing_overrules_what_playwright_switches_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sync_playwright() as playwright:
        found = find_browser(playwright)
        assert found is not None
        wrapper = _program(tmp_path / "browser")
        wrapper.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/line\nexec {found.path} "$@"\n', "utf-8")
        monkeypatch.setenv("RUNWRIGHT_BROWSER", str(wrapper))
        launch(playwright).close()
    line = (tmp_path / "line").read_text("utf-8").splitlines()
    switches = [each for each in line if each.startswith("--disable-features=")]
    assert len(switches) == 1, f"of several the last one counts alone: {switches}"
    assert "HttpsUpgrades" in switches[0]


@pytest.mark.parametrize("wanted", [True, False])
def test_what_the_driver_compiles_is_kept_where_python_keeps_what_it_compiles_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", not wanted)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("NODE_COMPILE_CACHE", raising=False)
    with driver() as playwright:
        assert playwright.chromium.name == "chromium"
        assert "NODE_COMPILE_CACHE" not in os.environ, "browsers and commands would hear of it"
    assert any(path.is_file() for path in (tmp_path / "runwright").rglob("*")) is wanted
