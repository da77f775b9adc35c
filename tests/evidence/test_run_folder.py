"""What makes evidence: the band above exact pixels, the chain, sums that public tools check, and what verify finds."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from support.site_pages import Played

from runwright.engine.secrets.scrub import Scrubber, forms
from runwright.evidence.images.caption import REHEARSAL, Band, with_band
from runwright.evidence.images.redact import COLOUR, paint
from runwright.evidence.journal import Journal, chain
from runwright.evidence.run_folder import slug
from runwright.evidence.seal import close
from runwright.evidence.verify import verify

Play = Callable[..., Played]


def band(rehearsal: bool = True) -> Band:
    now = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
    title = "한국어 제목 \u202e<b>"
    return Band("https://a.example/" + "x" * 300, title, now, now, None, "Ann", "book", 3, None, "run-1", rehearsal)


def picture(mode: str, size: tuple[int, int] = (640, 400)) -> bytes:
    image = Image.effect_noise(size, 90).convert(mode)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_pages_pixels_stay_exact_below_the_band(mode: str) -> None:
    before = picture(mode)
    data, height = with_band(before, band())
    with Image.open(io.BytesIO(data)) as banded, Image.open(io.BytesIO(before)) as plain:
        banded.load()
        assert banded.size == (plain.width, plain.height + height)
        assert banded.mode == mode
        assert banded.crop((0, height, plain.width, plain.height + height)).tobytes() == plain.tobytes()
        assert banded.convert("RGB").getpixel((plain.width - 2, 2)) == REHEARSAL


def test_other_pictures_get_their_band_as_well() -> None:
    out = io.BytesIO()
    Image.new("P", (300, 100)).save(out, "PNG")
    data, height = with_band(out.getvalue(), band(rehearsal=False))
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (300, 100 + height)
        assert image.getpixel((298, 2)) != REHEARSAL


def test_a_long_name_ends_with_a_whole_word() -> None:
    assert slug("Click button “Save”") == "click-button-save"
    assert (
        slug("Set checkbox column “Second factor” in row “Ann Ames”") == "set-checkbox-column-second-factor-in-row-ann"
    )
    assert slug("Erlaube " + "x" * 60) == "erlaube-" + "x" * 40, "a word longer than half of the name"
    assert slug("슬랙 앱 만들기") == "슬랙-앱-만들기"
    assert slug("…") == "step"


def test_painting_covers_the_place_and_nothing_else() -> None:
    before = picture("RGB")
    data = paint(before, [[(100, 100), (200, 100), (200, 120), (100, 120)]], margin=3)
    with Image.open(io.BytesIO(data)) as painted, Image.open(io.BytesIO(before)) as plain:
        inside = painted.crop((97, 97, 204, 124))
        assert inside.getcolors() == [(107 * 27, COLOUR)]
        for box in ((0, 0, 640, 90), (0, 130, 640, 400), (0, 90, 90, 130), (210, 90, 640, 130)):
            assert painted.crop(box).tobytes() == plain.crop(box).tobytes()


def test_every_form_of_a_secret_is_scrubbed() -> None:
    secret = "p@ss w/ord+\"é<&>'0123"
    scrubber = Scrubber()
    scrubber.register("token", secret)
    for form in forms(secret):
        assert scrubber.text(f"a {form} b") == "a ‹secret token› b", form
    import base64

    for prefix in ("user:", "ab:", "a:"):
        coded = base64.b64encode(f"{prefix}{secret}:tail".encode()).decode()
        assert "‹secret token›" in scrubber.text(f"Authorization: Basic {coded}")
    assert scrubber.data({"a": [secret, {secret: 1}]}) == {"a": ["‹secret token›", {"‹secret token›": 1}]}


@pytest.mark.parametrize(
    "text",
    [
        "xoxb-123456789012-abcdefGHIJKL",
        "https://hooks.slack.com/services/T000/B000/abcdefghijkl",
        "https://a.example/back?code=abc123def456&x=1",
        "https://a.example/back?x=1&state=abc123def456",
    ],
)
def test_credentials_nobody_declared_are_scrubbed(text: str) -> None:
    cleaned = Scrubber().text(f"see {text} there")
    assert "abc" not in cleaned and cleaned.endswith(" there")


def test_the_chain_notices_an_edit(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "events.jsonl", Scrubber())
    for number in range(5):
        journal.write("note", text=f"line {number}")
    journal.close()
    assert chain(tmp_path / "events.jsonl") == journal.head
    text = (tmp_path / "events.jsonl").read_text()
    (tmp_path / "events.jsonl").write_text(text.replace("line 2", "line x"))
    with pytest.raises(Exception, match="line 4 does not follow"):
        chain(tmp_path / "events.jsonl")


PAGES = {"/": "<title>A</title><h1>A</h1><button>Go</button>"}
BOOK = 'sections:\n  - title: S\n    open: shop /\n    steps:\n      - click: button "Go"\n'


@pytest.fixture
def folder(play: Play) -> Path:
    return play(PAGES, BOOK).result.folder


def test_public_tools_alone_check_a_folder(folder: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", (folder / "VERIFY.md").read_text("utf-8"), flags=re.S)
    assert len(blocks) == 4
    said = []
    for block in blocks:
        done = subprocess.run(["sh", "-euc", block], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
        said.append(done.stdout)
    assert said[1:] == ["", f"head {chain(folder / 'events.jsonl')}\n", ""]


def test_an_untouched_folder_is_whole_and_no_evidence_when_it_is_a_rehearsal(folder: Path) -> None:
    verdict = verify(folder, head=chain(folder / "events.jsonl"))
    assert verdict.good, verdict.problems
    assert not verify(folder, evidence=True).good


def test_every_change_of_every_file_is_found(folder: Path, tmp_path: Path) -> None:
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert len(names) >= 8
    for name in names:
        for harm in ("changed", "cut", "removed", "longer"):
            copy = tmp_path / "copy"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(folder, copy)
            path = copy / name
            data = path.read_bytes()
            middle = len(data) // 2
            match harm:
                case "changed":
                    path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
                case "cut":
                    path.write_bytes(data[:middle])
                case "longer":
                    path.write_bytes(data + b"\n")
                case "removed":
                    path.unlink()
            assert not verify(copy).good, f"{name} was {harm}, and verify says nothing"


@pytest.mark.parametrize("name", ["x.txt", "0099-more.png", ".hidden", "procedure/more/x.txt", "sub/x"])
def test_strangers_are_refused(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"x")
    assert not verify(folder).good


def test_links_are_refused_and_later_layers_accepted(folder: Path) -> None:
    (folder / "SHA256SUMS.sig").write_bytes(b"signature")
    assert verify(folder).good
    picture = next(folder.glob("*.png"))
    moved = folder.parent / "elsewhere.png"
    picture.rename(moved)
    picture.symlink_to(moved)
    assert not verify(folder).good


def test_a_picture_changed_together_with_its_sum_is_found(folder: Path) -> None:
    picture = next(folder.glob("*.png"))
    with Image.open(picture) as image:
        image.putpixel((5, 100), (255, 0, 0))
        image.save(picture)
    close(folder)
    assert any("not the one that the journal names" in problem for problem in verify(folder).problems)


def test_a_chain_written_anew_whole_is_found_by_the_kept_head(folder: Path) -> None:
    head = chain(folder / "events.jsonl")
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text("utf-8").splitlines()]
    (folder / "events.jsonl").unlink()
    journal = Journal(folder / "events.jsonl", Scrubber())
    for event in events:
        more = {key: value for key, value in event.items() if key not in ("prev", "number", "event", "time")}
        journal.write(event["event"], **({**more, "who": "somebody else"} if event["event"] == "run" else more))
    journal.close()
    close(folder)
    assert verify(folder).good, "the folder itself cannot tell"
    assert not verify(folder, head=head).good


def test_a_killed_runs_folder_is_not_whole(folder: Path) -> None:
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "events.jsonl").write_bytes(b"".join(lines[:-1]))
    assert any("no last event" in problem for problem in verify(folder).problems)
