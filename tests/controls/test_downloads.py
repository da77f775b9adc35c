"""Files that pages give: kept whole with the evidence, or not at all where they hold a secret."""

from __future__ import annotations

import gzip
import hashlib
import io
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from controls.conftest import EXPORT
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from support.site_pages import Played, Site

from runwright.evidence.archive import texts
from runwright.evidence.atomic_io import digest
from runwright.evidence.verify import verify

Play = Callable[..., Played]
SECRET = "s3cr3t-value-of-the-key"
HEAD = """title: Files
sites:
  shop: { url: https://shop.example, stand_in: site }
secrets:
  key: { about: A key, typed_at: shop }
"""
TAKE = """
sections:
  - title: Take it
    open: shop /
    steps:
      - download: link "Get"
        {more}
"""
READ = """
  - title: Read the key
    open: shop /key
    steps:
      - read: textbox "Key"
        into: key
"""


def gives(data: bytes, name: str = "list.csv") -> dict[str, Any]:
    """A page with a link to a file, and one that shows a key."""

    def file(request: Request, site: Site) -> Response:
        return Response(data, headers={"content-disposition": f'attachment; filename="{name}"'})

    key = f'<title>Key</title><label>Key <input value="{SECRET}"></label>'
    return {"/": "<title>Files</title><a href=/file>Get</a>", "/file": file, "/key": key}


def take(more: str = "") -> str:
    return TAKE.format(more=more)


def kept(played: Played) -> list[Path]:
    return sorted((played.result.folder / "downloads").glob("*"))


def test_a_file_is_kept_as_it_came_and_everything_names_it(play: Play) -> None:
    played = play(gives(EXPORT, "../../Members 2026.CSV"), take())
    assert played.result.status == "done", played.message
    folder = played.result.folder
    (file,) = kept(played)
    assert (file.name, file.read_bytes()) == ("0001-members-2026.csv", EXPORT)
    (event,) = played.events("downloaded")
    assert event["sha256"] == hashlib.sha256(EXPORT).hexdigest() == digest(file)
    assert (event["size"], event["file"]) == (len(EXPORT), f"downloads/{file.name}")
    assert event["address"] == "https://shop.example/file"
    assert f"{event['sha256']}  {event['file']}" in (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    assert event["file"] in (folder / "statement.json").read_text("utf-8")
    assert event["sha256"] in (folder / "report.html").read_text("utf-8")
    assert verify(folder).problems == []


def changed(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"Eve,admin\n")


def removed(file: Path) -> None:
    file.unlink()


def added(file: Path) -> None:
    file.with_name("0002-more.csv").write_bytes(b"Eve,admin\n")


@pytest.mark.parametrize("meddle", [changed, removed, added])
def test_verify_finds_a_file_that_somebody_had_a_hand_in(play: Play, meddle: Callable[[Path], None]) -> None:
    played = play(gives(EXPORT), take())
    (file,) = kept(played)
    meddle(file)
    assert any("downloads/" in problem for problem in verify(played.result.folder).problems)


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner/keys.txt", data)
    return out.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda data: data,
    "in UTF-16, as spreadsheets write it": lambda data: data.decode().encode("utf-16"),
    "in a zip": zipped,
    "in a gzip": gzip.compress,
    "in a gzip in a zip": lambda data: zipped(gzip.compress(data)),
}


@pytest.mark.parametrize("how", PACKED)
def test_a_file_that_holds_a_secret_is_not_kept(play: Play, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_KEY", SECRET)
    data = PACKED[how](f"name,key\nAnn,{SECRET}\n".encode())
    played = play(gives(data), HEAD + take(), secrets={"key": "env:THE_KEY"})
    assert played.result.status == "done", played.message
    assert kept(played) == []
    (event,) = played.events("download-withheld")
    assert (event["secrets"], event["name"], event["size"]) == (["key"], "list.csv", len(data))
    assert "sha256" not in event, "the sum of a file that is little but a secret tells the secret"
    assert SECRET.encode() not in played.everything()
    assert verify(played.result.folder).problems == []


def test_a_credential_that_nobody_declared_is_not_kept_either(play: Play) -> None:
    played = play(gives(b"token,xoxb-1234567890-abcdefghij\n"), take())
    assert kept(played) == []
    assert played.events("download-withheld")[0]["secrets"] == ["slack token"]


def test_a_file_goes_again_when_its_secret_comes_to_be_known_later(play: Play) -> None:
    played = play(gives(f"key {SECRET}".encode()), HEAD + take() + READ)
    assert played.result.status == "done", played.message
    assert kept(played) == []
    assert [event["event"] for event in played.events() if "download" in event["event"]] == [
        "downloaded",
        "download-withheld",
    ]
    assert SECRET.encode() not in played.everything()
    assert verify(played.result.folder).problems == []


def test_a_file_that_is_a_secret_is_read_into_one_and_typed_where_it_may_be(play: Play) -> None:
    asked: list[str] = []

    def form(request: Request, site: Site) -> Response:
        asked.append(request.url.query)
        return HTMLResponse(
            "<!doctype html><title>Form</title><label>Key <input type=password id=k></label><p id=p></p>"
            "<script>k.oninput = () => { p.innerText = k.value.length }</script>"
        )

    book = (
        HEAD
        + take("into: key")
        + (
            "      - open: shop /form\n"
            '      - fill: textbox "Key" or label "Key"\n'
            "        with: ${key}\n"
            f'        expect: text "{len(SECRET)}"\n'
        )
    )
    played = play({**gives(SECRET.encode(), "key.pem"), "/form": form}, book)
    assert played.result.status == "done", played.message
    assert kept(played) == []
    assert SECRET.encode() not in played.everything()
    assert b"Get" in played.everything(), "the name of what was clicked is no secret"


def test_a_download_that_no_step_asked_for_is_told_and_not_kept(play: Play) -> None:
    played = play(gives(EXPORT), take().replace("download:", "click:"))
    assert [event["name"] for event in played.events("download")] == ["list.csv"]
    assert kept(played) == []


def endless(request: Request, site: Site) -> Response:
    def parts() -> Iterator[bytes]:
        while True:
            yield b"x" * 1000
            time.sleep(0.2)

    return StreamingResponse(parts(), headers={"content-disposition": 'attachment; filename="all.bin"'})


FAILING: dict[str, tuple[dict[str, Any], str, str]] = {
    "no file comes": ({"/file": "<title>Sign in</title>"}, "timeout: 3s", "No download began."),
    "a file of another name": (gives(b"<html>", "login.html"), "named: list-*.csv", "The file is called login.html."),
    "a file that is no text": (gives(b"\xff\xfe\xfa", "a.bin"), "into: text", "a.bin is no text"),
    "a file that is too long for a name": (gives(b"x" * 1_000_001, "a.txt"), "into: text", "a.txt has 1,000,001 bytes"),
    "a file that never ends": ({"/file": endless}, "timeout: 3s", "The download of all.bin did not end within 3 s."),
}


@pytest.mark.parametrize("what", FAILING)
def test_it_fails_and_says_why(play: Play, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runwright.engine.browser.downloads.ENDS", 2.0)
    pages, more, message = FAILING[what]
    played = play({**gives(EXPORT), **pages}, take(more))
    assert (played.result.status, played.result.exit) == ("failed", 1)
    assert message in played.message
    assert kept(played) == []


def test_what_cannot_be_unpacked_is_looked_at_as_it_is() -> None:
    broken = zipped(b"a" * 1000)
    assert list(texts(broken[: len(broken) // 2]))
    assert list(texts(b"\x1f\x8bno gzip at all"))
    assert any("inner text" in text for text in texts(zipped(zipped(b"inner text"))))
