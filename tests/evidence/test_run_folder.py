"""Run folders: captions above unchanged pixels, the chain, sums for standard tools, and what `verify` finds."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from support.raw_events import forge, rewrite, write_raw
from support.secret_writings import WRITINGS
from support.site_pages import Played

from runwright.engine.secrets.scrub import Scrubber
from runwright.evidence.images.caption import REHEARSAL, Caption, with_caption
from runwright.evidence.images.redact import COLOUR, redact_areas
from runwright.evidence.journal import Journal, verified_digest
from runwright.evidence.run_folder import slug
from runwright.evidence.seal import close
from runwright.evidence.verify import verify

Play = Callable[..., Played]


def caption(rehearsal: bool = True) -> Caption:
    now = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
    title = "한국어 제목 \u202e<b>"
    return Caption("https://a.example/" + "x" * 300, title, now, now, None, "Ann", "book", 3, None, "run-1", rehearsal)


def screenshot(mode: str, size: tuple[int, int] = (640, 400)) -> bytes:
    image = Image.effect_noise(size, 90).convert(mode)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_pixels_of_the_page_stay_unchanged_below_the_caption(mode: str) -> None:
    before = screenshot(mode)
    data, height = with_caption(before, caption())
    with Image.open(io.BytesIO(data)) as captioned, Image.open(io.BytesIO(before)) as plain:
        captioned.load()
        assert captioned.size == (plain.width, plain.height + height)
        assert captioned.mode == mode
        assert captioned.crop((0, height, plain.width, plain.height + height)).tobytes() == plain.tobytes()
        assert captioned.convert("RGB").getpixel((plain.width - 2, 2)) == REHEARSAL


def test_palette_images_get_a_caption_as_well() -> None:
    out = io.BytesIO()
    Image.new("P", (300, 100)).save(out, "PNG")
    data, height = with_caption(out.getvalue(), caption(rehearsal=False))
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (300, 100 + height)
        assert image.getpixel((298, 2)) != REHEARSAL


def test_a_long_file_name_ends_with_a_complete_word() -> None:
    assert slug("Click button “Save”") == "click-button-save"
    assert (
        slug("Set checkbox column “Second factor” in row “Ann Ames”") == "set-checkbox-column-second-factor-in-row-ann"
    )
    assert slug("Erlaube " + "x" * 60) == "erlaube-" + "x" * 40, "a word longer than half of the name"
    assert slug("슬랙 앱 만들기") == "슬랙-앱-만들기"
    assert slug("…") == "step"


def test_redaction_covers_the_area_and_nothing_else() -> None:
    before = screenshot("RGB")
    data = redact_areas(before, [[(100, 100), (200, 100), (200, 120), (100, 120)]], margin=3)
    with Image.open(io.BytesIO(data)) as redacted, Image.open(io.BytesIO(before)) as plain:
        inside = redacted.crop((97, 97, 204, 124))
        assert inside.getcolors() == [(107 * 27, COLOUR)]
        for box in ((0, 0, 640, 90), (0, 130, 640, 400), (0, 90, 90, 130), (210, 90, 640, 130)):
            assert redacted.crop(box).tobytes() == plain.crop(box).tobytes()


def test_every_form_of_a_secret_is_scrubbed() -> None:
    secret = "p@ss w/ord+\"é<&>'0123"
    scrubber = Scrubber()
    scrubber.register("token", secret)
    for name, write in WRITINGS.items():
        cleaned = scrubber.text(f"a {write(secret)} b")
        assert "‹secret token›" in cleaned and cleaned.startswith("a ") and cleaned.endswith(" b"), name
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
def test_undeclared_credentials_are_scrubbed(text: str) -> None:
    cleaned = Scrubber().text(f"see {text} there")
    assert "abc" not in cleaned and cleaned.endswith(" there")


def test_the_chain_detects_an_edit(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "events.jsonl", Scrubber())
    for number in range(5):
        write_raw(journal, "note", text=f"line {number}")
    journal.close()
    assert verified_digest(tmp_path / "events.jsonl") == journal.digest
    text = (tmp_path / "events.jsonl").read_text()
    (tmp_path / "events.jsonl").write_text(text.replace("line 2", "line x"))
    with pytest.raises(Exception, match="line 4 does not follow"):
        verified_digest(tmp_path / "events.jsonl")


PAGES = {"/": "<title>A</title><h1>A</h1><button>Go</button>"}
BOOK = 'sections:\n  - name: S\n    open: shop /\n    steps:\n      - click: button "Go"\n'


@pytest.fixture
def folder(play: Play) -> Path:
    return play(PAGES, BOOK).result.folder


def test_standard_tools_alone_verify_a_folder(folder: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", (folder / "VERIFY.md").read_text("utf-8"), flags=re.S)
    assert len(blocks) == 4
    outputs = []
    for block in blocks:
        done = subprocess.run(["sh", "-euc", block], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
        outputs.append(done.stdout)
    assert outputs[1:] == ["", f"digest {verified_digest(folder / 'events.jsonl')}\n", ""]


def test_an_untouched_rehearsal_is_intact_and_not_evidence(folder: Path) -> None:
    result = verify(folder, digest=verified_digest(folder / "events.jsonl"))
    assert result.good, result.problems
    assert not verify(folder, evidence=True).good


def test_every_change_of_every_file_is_found(folder: Path, tmp_path: Path) -> None:
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert len(names) >= 8
    for name in names:
        for damage in ("changed", "cut", "removed", "longer"):
            copy = tmp_path / "copy"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(folder, copy)
            path = copy / name
            data = path.read_bytes()
            middle = len(data) // 2
            match damage:
                case "changed":
                    path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
                case "cut":
                    path.write_bytes(data[:middle])
                case "longer":
                    path.write_bytes(data + b"\n")
                case "removed":
                    path.unlink()
            assert not verify(copy).good, f"{name} was {damage}, and verify finds nothing"


@pytest.mark.parametrize("name", ["x.txt", "0099-more.png", ".hidden", "procedure/more/x.txt", "sub/x"])
def test_unexpected_files_are_found(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"x")
    assert not verify(folder).good


def test_links_are_found_and_a_later_layer_is_incomplete_until_it_can_be_checked(folder: Path) -> None:
    (folder / "SHA256SUMS.sig").write_bytes(b"signature")
    result = verify(folder)
    assert not result.good and len(result.problems) == 1 and "SHA256SUMS.sig was added later" in result.problems[0]
    (folder / "SHA256SUMS.sig").unlink()
    assert verify(folder).good
    screenshot = next(folder.glob("*.png"))
    moved = folder.parent / "elsewhere.png"
    screenshot.rename(moved)
    screenshot.symlink_to(moved)
    assert not verify(folder).good


def test_a_screenshot_altered_together_with_its_sum_is_found(folder: Path) -> None:
    screenshot = next(folder.glob("*.png"))
    with Image.open(screenshot) as image:
        image.putpixel((5, 100), (255, 0, 0))
        image.save(screenshot)
    close(folder)
    assert any("does not match its digest in the journal" in problem for problem in verify(folder).problems)


def test_a_rewritten_journal_is_found_with_the_digest_that_was_kept(folder: Path) -> None:
    digest = verified_digest(folder / "events.jsonl")
    rewrite(folder, lambda events: events[0].update(who="somebody else"))
    forge(folder)
    assert verify(folder).good, "the folder alone does not show it"
    assert not verify(folder, digest=digest).good


def test_the_folder_of_a_killed_run_is_incomplete(folder: Path) -> None:
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "events.jsonl").write_bytes(b"".join(lines[:-1]))
    assert any("no `end` event" in problem for problem in verify(folder).problems)
