"""Downloaded files are kept complete with the evidence, or not at all if they contain a secret."""

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
HEAD = """name: Files
sites:
  shop: { url: https://shop.example, simulator: site }
secrets:
  key: { description: A key, typed_at: shop }
"""
TAKE = """
sections:
  - name: Take it
    open: shop /
    steps:
      - download: link "Get"
        {more}
"""
READ = """
  - name: Read the key
    open: shop /key
    steps:
      - read: textbox "Key"
        into: key
"""


def offers(data: bytes, name: str = "list.csv") -> dict[str, Any]:
    """A page with a link to a file, and a page that shows a key."""

    def file(request: Request, site: Site) -> Response:
        return Response(data, headers={"content-disposition": f'attachment; filename="{name}"'})

    key = f'<title>Key</title><label>Key <input value="{SECRET}"></label>'
    return {"/": "<title>Files</title><a href=/file>Get</a>", "/file": file, "/key": key}


def take(more: str = "") -> str:
    return TAKE.format(more=more)


def kept(played: Played) -> list[Path]:
    return sorted((played.result.folder / "downloads").glob("*"))


def test_a_file_is_kept_unchanged_and_listed_in_all_evidence(play: Play) -> None:
    played = play(offers(EXPORT, "../../Members 2026.CSV"), take())
    assert played.result.status.good, played.message
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


@pytest.mark.parametrize("alter", [changed, removed, added])
def test_verify_finds_a_file_that_was_altered(play: Play, alter: Callable[[Path], None]) -> None:
    played = play(offers(EXPORT), take())
    (file,) = kept(played)
    alter(file)
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
def test_a_file_that_contains_a_secret_is_not_kept(play: Play, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_KEY", SECRET)
    data = PACKED[how](f"name,key\nAnn,{SECRET}\n".encode())
    played = play(offers(data), HEAD + take(), secrets={"key": "env:THE_KEY"})
    assert played.result.status.good, played.message
    assert kept(played) == []
    (event,) = played.events("download-withheld")
    assert (event["secrets"], event["name"], event["size"]) == (["key"], "list.csv", len(data))
    assert "sha256" not in event, "the digest of a file that is little more than a secret reveals the secret"
    assert SECRET.encode() not in played.everything()
    assert verify(played.result.folder).problems == []


def test_a_file_with_an_undeclared_credential_is_not_kept_either(play: Play) -> None:
    played = play(offers(b"token,xoxb-1234567890-abcdefghij\n"), take())
    assert kept(played) == []
    assert played.events("download-withheld")[0]["secrets"] == ["slack token"]


def test_a_file_is_removed_when_a_secret_in_it_becomes_known_later(play: Play) -> None:
    played = play(offers(f"key {SECRET}".encode()), HEAD + take() + READ)
    assert played.result.status.good, played.message
    assert kept(played) == []
    assert [event["event"] for event in played.events() if "download" in event["event"]] == [
        "downloaded",
        "download-withheld",
    ]
    assert SECRET.encode() not in played.everything()
    assert verify(played.result.folder).problems == []


def test_a_secret_file_is_read_into_a_secret_and_typed_where_allowed(play: Play) -> None:
    def form(request: Request, site: Site) -> Response:
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
    played = play({**offers(SECRET.encode(), "key.pem"), "/form": form}, book)
    assert played.result.status.good, played.message
    assert kept(played) == []
    assert SECRET.encode() not in played.everything()
    assert b"Get" in played.everything(), "the name of the clicked link is not a secret"


def test_a_download_without_a_download_step_is_recorded_and_not_kept(play: Play) -> None:
    played = play(offers(EXPORT), take().replace("download:", "click:"))
    assert [event["name"] for event in played.events("download")] == ["list.csv"]
    assert kept(played) == []


def endless(request: Request, site: Site) -> Response:
    def parts() -> Iterator[bytes]:
        while True:
            yield b"x" * 1000
            time.sleep(0.2)

    return StreamingResponse(parts(), headers={"content-disposition": 'attachment; filename="all.bin"'})


FAILING: dict[str, tuple[dict[str, Any], str, str]] = {
    "no file comes": ({"/file": "<title>Sign in</title>"}, "timeout: 3s", "No download started."),
    "a file with another name": (
        offers(b"<html>", "login.html"),
        "save_as: list-*.csv",
        "The downloaded file is named login.html.",
    ),
    "a file that is not text": (offers(b"\xff\xfe\xfa", "a.bin"), "into: text", "a.bin is not a text file"),
    "a file that is too long for a variable": (
        offers(b"x" * 1_000_001, "a.txt"),
        "into: text",
        "a.txt has 1,000,001 bytes",
    ),
    "a file that never ends": ({"/file": endless}, "timeout: 3s", "The download of all.bin did not finish within 3 s."),
}


@pytest.mark.quick(3)
@pytest.mark.parametrize("what", FAILING)
def test_the_step_fails_with_the_reason(play: Play, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runwright.engine.browser.downloads.DOWNLOAD_TIMEOUT", 2.0)
    pages, more, message = FAILING[what]
    played = play({**offers(EXPORT), **pages}, take(more))
    assert (played.result.status, played.result.exit) == ("failed", 1)
    assert message in played.message
    assert kept(played) == []


def test_a_file_that_cannot_be_unpacked_is_searched_as_it_is() -> None:
    broken = zipped(b"a" * 1000)
    assert list(texts(broken[: len(broken) // 2]))
    assert list(texts(b"\x1f\x8bnot a gzip file"))
    assert any("inner text" in text for text in texts(zipped(zipped(b"inner text"))))
