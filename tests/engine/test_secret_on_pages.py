"""What a page makes of a secret: it formats it, quotes it in the browser's own messages, shows it for a moment."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from support.ocr import page_of, shown
from support.secret_writings import decodings, simplified
from support.short_limits import settle_within
from support.site_pages import Played
from support.virtual_display import display

from runwright.evidence.images.redact import COLOUR

Play = Callable[..., Played]

pytestmark = pytest.mark.timeout(600)

VALUE = "Wq7hZk29LmPx"
FONT = "<style>body, input, select { font: 22px monospace; margin: 20px } input { margin: 0 }</style>"
HEAD = """name: Keys
browser: { window: 900x420 }
sites: { shop: { url: https://shop.example, simulator: site } }
secrets: { key: { description: A key, from: env:PAGE_KEY, typed_at: shop } }
sections:
  - name: Store it
    open: shop /
    steps:
"""


@pytest.fixture(autouse=True)
def value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGE_KEY", VALUE)


def screenshots(played: Played) -> list[tuple[dict[str, Any], bytes]]:
    """Each screenshot of the run's steps, as the journal has it, and its page."""
    taken = [each for event in played.events("step") for each in event["screenshots"]]
    return [(each, page_of(played.result.folder / each["file"], each["caption"])) for each in taken]


def assert_hidden(played: Played, *texts: str) -> None:
    for entry, page in screenshots(played):
        for text in (VALUE, *texts):
            assert not shown(page, text), f"{text} is readable in {played.result.folder / entry['file']}"
    everything = played.everything().decode("utf-8", "replace")
    for text in decodings(everything):
        assert simplified(VALUE) not in simplified(text), "the value is in a file"


FORMATTING = f"""<title>Keys</title>{FONT}<h1>Keys</h1>
<p><label>Key <input id=key size=30></label> <label>Copy <input id=copy size=30></label>
<p>Twice: <output id=twice></output><p><button id=load>Save</button> <button id=eye>Show</button>
<script>
key.oninput = () => {{ key.value = key.value.replace(/[^a-z0-9]/gi, '').match(/.{{1,3}}/g)?.join('-') ?? '';
  copy.value = key.value.split('').reverse().join(''); twice.textContent = '·' + key.value.slice(0, -2); }};
load.onclick = () => {{ const again = key.cloneNode(); again.value = key.value.slice(1); key.replaceWith(again); }};
eye.onclick = () => {{ const one = document.querySelector('input');
  one.type = one.type === 'text' ? 'password' : 'text'; }};
</script>"""


def test_what_a_page_makes_of_a_typed_secret_is_in_no_screenshot(play: Play) -> None:
    steps = """      - type: textbox "Key"
        with: ${key}
      - click: button "Save"
      - click: button "Show"
      - click: button "Show"
      - click: button "Nowhere"
        timeout: 500ms
"""
    played = play({"/": FORMATTING}, HEAD + steps)
    assert "Nowhere" in played.message
    assert_hidden(played, VALUE[::-1], VALUE[1:])
    grouped = "-".join(VALUE[start : start + 3] for start in range(0, len(VALUE), 3))
    assert grouped not in played.everything().decode()
    last = screenshots(played)[-1][0]
    assert not last["withheld"] and len(last["redacted"]) >= 3, "the field, its copy and the text are redacted"


def test_a_field_stays_redacted_when_the_page_is_loaded_again(play: Play) -> None:
    page = f"""<title>Keys</title>{FONT}<h1>Keys</h1><label>Key <input id=key size=30></label>
    <script>key.value = localStorage.kept ?? '';
    key.onchange = () => localStorage.kept = key.value.slice(0, 5)</script>"""
    steps = """      - fill: textbox "Key"
        with: ${key}
      - press: textbox "Key"
        key: Tab
      - open: shop /
      - hover: heading "Keys"
"""
    played = play({"/": page}, HEAD + steps)
    assert played.result.exit == 0, played.message
    assert_hidden(played, VALUE[:5])
    assert screenshots(played)[-1][0]["redacted"], "the field is redacted by its target"


@pytest.mark.parametrize("headed", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["headless", "headed"])
def test_the_browsers_own_bubble_shows_no_secret_and_still_says_what_is_wrong(
    play: Play, monkeypatch: pytest.MonkeyPatch, headed: bool
) -> None:
    with display(monkeypatch) if headed else nullcontext():
        _the_bubble_shows_no_secret(play, headed)


def _the_bubble_shows_no_secret(play: Play, headed: bool) -> None:
    own = "oninput=\"this.setCustomValidity(this.value ? 'Not a key: ' + this.value : '')\""
    for kind in ("type=email", own):
        page = f"""<title>Robot</title>{FONT}<h1>Robot account</h1>
        <form action=/><label>Account <input {kind} name=account></label> <button>Store</button></form>"""
        steps = """      - fill: textbox "Account"
        with: ${key}
      - click: button "Store"
      - hover: heading "Robot account"
      - expect: text "Stored"
        timeout: 300ms
"""
        played = play({"/": page}, HEAD + steps, headed=headed)
        assert_hidden(played)
        entry, last = screenshots(played)[-1]
        assert not entry["withheld"]
        assert shown(last, "secret key"), f"the bubble is gone: {played.result.folder / entry['file']}"


def test_an_open_list_of_the_browser_that_contains_a_secret_is_withheld(play: Play) -> None:
    page = f"""<title>Keys</title>{FONT}<h1>Keys</h1><select aria-label=Key><option>none<option>{VALUE}</select>"""
    steps = """      - hover: heading "Keys"
      - click: combobox "Key"
      - click: button "Nowhere"
        timeout: 300ms
"""
    played = play({"/": page}, HEAD + steps)
    assert_hidden(played)
    withheld = [entry["withheld"] for entry, _ in screenshots(played)]
    assert withheld[0] == [] and withheld[-1] == ["key"]


FLASHING = {
    "text": "flash.textContent = KEY",
    "field": "box.value = KEY",
    "hidden text": "kept.style.display = 'block'",
    "new element": "const one = document.createElement('b'); one.textContent = KEY; flash.append(one)",
}
AWAY = "flash.textContent = ''; box.value = ''; kept.style.display = 'none'"


def flashing(how: str) -> str:
    return f"""<title>Flash</title>{FONT}<h1>Keys</h1><p id=flash></p><input id=box size=30>
    <p id=kept style='display:none'>{VALUE}</p>
    <script>const KEY = '{VALUE}'; setInterval(() => {{ {how};
    requestAnimationFrame(() => requestAnimationFrame(() => {{ {AWAY} }})) }}, 70)</script>"""


def flashed(page: Path, caption: int, width: int = 620) -> bool:
    """Whether a screenshot has dark pixels where the page flashes, apart from redacted ones."""
    import io

    from PIL import Image

    with Image.open(io.BytesIO(page_of(page, caption))) as opened:
        image = opened.convert("RGB").crop((0, 90, width, opened.height))
    colours = image.getcolors(1 << 24) or []
    return sum(count for count, colour in colours if sum(colour) < 150 and colour != COLOUR) > 150


@pytest.mark.slow
@pytest.mark.parametrize("kind", FLASHING)
def test_a_secret_that_is_shown_for_two_frames_is_in_none_of_many_screenshots(
    play: Play, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    settle_within(monkeypatch, 0.2)  # the page is never at rest
    steps = '      - for_each: n in ${times}\n        steps:\n          - hover: heading "Keys"\n'
    times = 20 if kind in ("text", "hidden text") else 8
    inputs = f"inputs:\n  times: {{ description: Turns, type: list, example: {list(range(times))} }}\nsections:"
    played = play({"/": flashing(FLASHING[kind])}, HEAD.replace("sections:", inputs) + steps)
    assert played.result.exit == 0, played.message
    taken = screenshots(played)
    assert len(taken) >= times
    for entry, _ in taken:
        if not entry["withheld"]:
            path = played.result.folder / entry["file"]
            assert not flashed(path, entry["caption"]), f"something is shown in {path}"
    pages = {page for entry, page in taken if not entry["withheld"]}
    for page in list(pages)[:5]:
        assert not shown(page, VALUE)
    assert all(entry["withheld"] in ([], ["key"]) for entry, _ in taken)


def test_a_page_with_a_spinner_and_a_clock_is_not_withheld(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    settle_within(monkeypatch, 0.2)  # the page is never at rest
    page = f"""<title>Clock</title>{FONT}<style>@keyframes turn {{ to {{ rotate: 1turn }} }} i {{ display: inline-block;
    width: 30px; height: 30px; border: 4px dotted; animation: turn 1s linear infinite }}</style><h1>Keys</h1>
    <i></i><p id=clock></p><p>{VALUE}</p><p hidden>{VALUE}</p>
    <script>setInterval(() => clock.textContent = 'It is ' + performance.now(), 30)</script>"""
    steps = '      - hover: heading "Keys"\n' * 4
    played = play({"/": page}, HEAD + steps)
    assert played.result.exit == 0, played.message
    taken = [entry for entry, _ in screenshots(played)]
    assert len(taken) >= 4 and not any(entry["withheld"] for entry in taken)
    assert all([place["name"] for place in entry["redacted"]] == ["key"] for entry in taken)
