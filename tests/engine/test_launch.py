"""Which browser a run uses: the one that is named, Playwright's own, an installed one; headless its shell."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from runwright.engine.browser.launch import find_browser, launch
from runwright.engine.browser.playwright_driver import driver


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
    """A folder with an empty `bin` as the PATH and `own` as the folder of Playwright's downloads."""
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "own"))
    monkeypatch.delenv("RUNWRIGHT_BROWSER", raising=False)
    monkeypatch.setattr("runwright.engine.browser.launch._APP_PATHS", ())
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    return tmp_path


def test_a_headless_run_uses_the_headless_shell(bare: Path) -> None:
    assert _found(headed=False) is None
    shell = _program(bare / "bin" / "chromium-headless-shell")
    assert _found(headed=True) is None, "the shell cannot show a window"
    chromium = _program(bare / "bin" / "chromium")
    assert _found(headed=False) == str(shell)
    assert _found(headed=True) == str(chromium)


def test_playwrights_own_browser_comes_before_an_installed_one(bare: Path) -> None:
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


def test_the_browser_that_is_named_comes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(bare / "bin" / "chromium")
    monkeypatch.setenv("RUNWRIGHT_BROWSER", "/opt/browser")
    assert _found(headed=False) == _found(headed=True) == "/opt/browser"


def test_the_launch_keeps_features_disabled_as_playwright_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sync_playwright() as playwright:
        found = find_browser(playwright)
        assert found is not None
        wrapper = _program(tmp_path / "browser")
        wrapper.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/line\nexec {found.path} "$@"\n', "utf-8")
        monkeypatch.setenv("RUNWRIGHT_BROWSER", str(wrapper))
        launch(playwright).close()
    line = (tmp_path / "line").read_text("utf-8").splitlines()
    switches = [each for each in line if each.startswith("--disable-features=")]
    assert len(switches) == 1, f"the browser obeys only the last one: {switches}"
    assert "HttpsUpgrades" in switches[0]


@pytest.mark.parametrize("bytecode", [True, False])
def test_the_driver_caches_compiled_sources_only_if_python_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bytecode: bool
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", not bytecode)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("NODE_COMPILE_CACHE", raising=False)
    with driver() as playwright:
        assert playwright.chromium.name == "chromium"
        assert "NODE_COMPILE_CACHE" not in os.environ, "browsers and commands would inherit it"
    assert any(path.is_file() for path in (tmp_path / "runwright").rglob("*")) is bytecode
