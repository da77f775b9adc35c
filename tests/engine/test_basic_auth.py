"""A site's name and password for HTTP authentication are given to that site alone, once, and shown nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.tls_site import LAMP, tls_site

import runwright
from runwright.engine.errors import InvalidCall
from runwright.evidence.statuses import FailureClass

PASSWORD = "Wq7hZk29:LmPx"
BOOK = """name: T
sites:
  shop: { url: "http://127.0.0.1:PORT", basic_auth: { user: "${who}", password: door }, ALSO }
inputs: { who: { description: Who, default: ann } }
secrets: { door: { description: The password of the door, from: "env:DOOR" } }
sections:
  - name: See the lamp
    open: shop /
    steps:
      - expect: heading "Lamp"
"""
Run = Callable[..., runwright.RunResult]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared_browser: Callable[[], Browser]) -> Run:
    """Runs a look at a site that asks for a name and a password."""

    def go(port: int, password: str = PASSWORD, book: str = BOOK, also: str = "requests: any") -> runwright.RunResult:
        monkeypatch.setenv("DOOR", password)
        (tmp_path / "book.yaml").write_text(book.replace("PORT", str(port)).replace("ALSO", also), "utf-8")
        options = runwright.RunOptions(tmp_path / "runs", restart=True, browser=shared_browser())
        return runwright.run(tmp_path / "book.yaml", options=options)

    return go


def _assert_unseen(folder: Path) -> None:
    import base64

    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert PASSWORD.encode() not in data, path
            assert base64.b64encode(f"ann:{PASSWORD}".encode()) not in data, path


def test_a_site_gets_its_name_and_password(run: Run, tmp_path: Path) -> None:
    pages = {
        "/": f"{LAMP}<script>fetch('/data/more').then((r) => document.title = r.status)</script>",
        "/data/more": "x",
    }
    with tls_site(None, pages, wants=f"ann:{PASSWORD}") as site:
        done = run(site.port, book=BOOK + '      - expect: title "200"\n')
        assert done.exit == 0, done.reason
        assert set(site.given()) == {f"ann:{PASSWORD}"}
    _assert_unseen(tmp_path / "runs")


def test_a_wrong_password_is_sent_once(run: Run, tmp_path: Path) -> None:
    with tls_site(None, wants="ann:another") as site:
        done = run(site.port)
        assert site.given() == [f"ann:{PASSWORD}"]
    assert done.exit == 3 and done.failure_class is FailureClass.SIGN_IN, done.reason
    assert done.reason is not None and "refused the name “ann” and the secret `door` of `basic_auth`" in done.reason
    assert "Check both." in done.remedy
    _assert_unseen(tmp_path / "runs")


def test_no_other_site_gets_them(run: Run) -> None:
    with tls_site(None, wants="x:y") as other:
        pages = {"/": f"{LAMP}<a href='http://127.0.0.1:{other.port}/'>Elsewhere</a>"}
        with tls_site(None, pages, wants=f"ann:{PASSWORD}") as site:
            book = BOOK + '      - click: link "Elsewhere"\n      - expect: heading "Elsewhere"\n'
            done = run(site.port, book=book, also=f'also: ["http://127.0.0.1:{other.port}"]')
    assert other.asked and other.given() == []
    assert done.exit == 3 and "asks for HTTP authentication (Basic, “Shop”)" in (done.reason or ""), done.reason
    assert "`basic_auth: { user: NAME, password: SECRET }`" in done.remedy


def test_a_password_without_a_source_is_said_before_anything_opens(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InvalidCall, match="The secret `door` of the site `shop` has no source"):
        run(1, book=BOOK.replace(', from: "env:DOOR"', ""))
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("written", ["hunter2", "${door}", "dor"])
def test_a_password_that_names_no_secret_is_reported_with_its_line(written: str, run: Run) -> None:
    with pytest.raises(runwright.UserError) as failed:
        run(1, book=BOOK.replace("password: door", f'password: "{written}"'))
    assert "`password` must be the name of a secret." in str(failed.value)
    assert failed.value.diagnostics[0].mark is not None and failed.value.diagnostics[0].mark.line == 3
