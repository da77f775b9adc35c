"""No screenshot shows a secret, wherever it is on a page; OCR reads the screenshots as a person would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.ocr import page_of, readable, text_of
from support.site_pages import Played, Site

Play = Callable[..., Played]

pytestmark = pytest.mark.timeout(1800)  # OCR reads many screenshots

SECRET = "kwzr-7342-hbxt-9563-mfgd"
OTHER = "https://frames.example"
FONT = "<style>body, input, textarea { font: 22px monospace; margin: 30px } input, textarea { margin: 0 }</style>"
CLOSED = f"""<div id=host></div><script>
document.getElementById('host').attachShadow({{ mode: 'closed' }}).innerHTML = '<p>{SECRET}</p>';</script>"""
HEADING = 'heading "Page"'
PLACES = {
    "text": f"<p>the value is {SECRET} today",
    "field": f"<input size=40 value='{SECRET}'>",
    "area": f"<textarea cols=40 rows=3>a text with {SECRET} in it</textarea>",
    "frame": f"<iframe width=600 height=120 style='border:9px solid' srcdoc='{FONT}{SECRET}'></iframe>".replace(
        "'>", '">').replace("srcdoc='", 'srcdoc="'),
    "other-frame": f"<iframe width=600 height=120 style='border:9px solid; padding:20px' src={OTHER}/inner></iframe>",
    "turned-frame": f"<iframe width=600 height=120 style='transform: rotate(7deg) scale(.9); margin: 60px'"
    f" src={OTHER}/inner></iframe>",
    "nested-frame": f"<iframe width=700 height=300 src={OTHER}/outer></iframe>",
    "shadow": CLOSED,
    "overflow": f"<div style='width: 60px; white-space: nowrap; overflow: visible'>{SECRET}</div>",
    "turned": f"<div style='transform: rotate(9deg); margin: 80px; width: 500px'>{SECRET}</div>",
    "scrolled": f"<div id=box style='height: 90px; overflow: auto'><p style='height: 400px'>up<p>{SECRET}"
    "<p style='height: 300px'></div><script>box.scrollTop = 420</script>",
    "pieces": f"<p>the value is <b>{SECRET[:7]}</b><i>{SECRET[7:]}</i> today",
    "broken": f"<p>the value is {SECRET[:7]}<wbr>{SECRET[7:]} today",
    "hyphens": f"<p>the value is {SECRET[:7]}&shy;{SECRET[7:]} today",
    "password": f"<form><input id=box type=password size=40 value='{SECRET}'></form><script>box.type = 'text'</script>",
    "below": f"<div style='height: 1500px'>tall</div><p>{SECRET}",
}  # fmt: skip


def site() -> Site:
    pages: dict[str, Any] = {
        f"/{name}": f"<title>{name}</title>{FONT}<h1>Page</h1>{body}" for name, body in PLACES.items()
    }
    pages |= {
        "/bare": f"{FONT}<p>{SECRET}",
        "//frames.example/inner": f"{FONT}<p>{SECRET}",
        "//frames.example/outer": f"{FONT}<p>outer<iframe width=560 height=100 src=https://shop.example/bare></iframe>",
    }
    return Site(pages)


def book(
    names: list[str], screenshot: str = "viewport", scale: int = 1, declared: bool = True, control: str = HEADING
) -> str:
    secrets = "secrets:\n  value: { description: A value, from: env:REDACTED }\n" if declared else ""
    steps = "".join(
        f"      - open: shop /{name}\n        screenshot: none\n"
        f"      - hover: {control}\n        screenshot: {screenshot}\n"
        for name in names
    )
    return f"""name: Places
browser: {{ window: 900x420, scale: {scale} }}
sites:
  shop: {{ url: https://shop.example, also: [{OTHER}], simulator: site }}
{secrets}
sections:
  - name: Look
    open: shop /text
    steps:
{steps}"""


@dataclass(frozen=True)
class Shown:
    """A screenshot of a step."""

    path: Path
    caption: int
    """The height of its caption in pixels."""

    def page(self) -> bytes:
        """The image of the page alone, without the caption, which two tests below read as well."""
        return page_of(self.path, self.caption)


@pytest.fixture(autouse=True)
def value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDACTED", SECRET)


def screenshots(played: Played, verb: str = "hover") -> list[Shown]:
    taken = [event["screenshots"][0] for event in played.events("step") if event["verb"] == verb]
    return [Shown(played.result.folder / each["file"], each["caption"]) for each in taken]


@pytest.mark.parametrize("scale", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_no_place_on_a_page_shows_a_secret(play: Play, scale: int) -> None:
    names = [name for name in PLACES if name != "below"]
    bare = play(site(), book(names, scale=scale, declared=False), others=(OTHER,))
    assert bare.result.exit == 0, bare.message
    for name, screenshot in zip(names, screenshots(bare), strict=True):
        assert readable(screenshot.page(), SECRET), f"{name}: not readable without redaction either ({screenshot.path})"
    redacted = play(site(), book(names, scale=scale), others=(OTHER,))
    assert redacted.result.exit == 0, redacted.message
    for name, screenshot in zip(names, screenshots(redacted), strict=True):
        assert not readable(screenshot.page(), SECRET), f"{name}: readable ({screenshot.path})"
    taken = [event["screenshots"][0] for event in redacted.events("step") if event["verb"] == "hover"]
    for name, each in zip(names, taken, strict=True):
        assert not each["withheld"], f"{name}: the whole screenshot was withheld"
        assert {place["name"] for place in each["redacted"]} == {"value"}, f"{name}: the journal does not list it"


FIELDS = {
    "scrolled to its start": "<input id=box size=14>",
    "scrolled to its end": "<input id=box size=14 autofocus>",
    "for a search": "<input id=box type=search size=14>",
    "of several lines": "<textarea id=box rows=1 cols=14></textarea>",
    "in a frame": "<input id=box size=14>",
    "enlarged": "<input id=box size=14 style='transform: scale(1.2); margin: 0 30px'>",
    "rotated": "<input id=box size=14 style='transform: rotate(3deg)'>",
}


def test_a_field_that_is_too_short_for_its_value_is_redacted_and_nothing_beside_it(play: Play) -> None:
    pages: dict[str, Any] = {"/text": "<title>Keys</title><h1>Page</h1>"}
    paths = {kind: kind.replace(" ", "-") for kind in FIELDS}
    for kind, path in paths.items():
        script = f"<script>box.value = '{SECRET}'; if (box.autofocus) box.scrollLeft = 9999</script>"
        body = f"{FONT}<h1>Page</h1><p>before{FIELDS[kind]}behind{script}"
        frame = f"{FONT}<h1>Page</h1><iframe width=700 height=160 src=/{path}-inner></iframe>"
        pages |= {f"/{path}": f"<title>Keys</title>{frame if kind == 'in a frame' else body}", f"/{path}-inner": body}
    bare = play(Site(pages), book(list(paths.values()), declared=False), others=(OTHER,))
    redacted = play(Site(pages), book(list(paths.values())), others=(OTHER,))
    assert redacted.result.exit == 0, redacted.message
    wrong = []
    for kind, plain, screenshot in zip(FIELDS, screenshots(bare), screenshots(redacted), strict=True):
        if not readable(plain.page(), SECRET):
            wrong.append(f"{kind}: not readable without redaction either ({plain.path})")
        if readable(screenshot.page(), SECRET):
            wrong.append(f"{kind}: readable ({screenshot.path})")
        seen = text_of(screenshot.page())
        beside = {"rotated": "before"}.get(kind, "behind")  # a rotated field is redacted over the length of its text
        if beside not in seen or "before" not in seen:
            wrong.append(f"{kind}: too much is redacted ({screenshot.path})")
    assert not wrong, "\n".join(wrong)


@pytest.mark.quick(1)
@pytest.mark.parametrize(("extent", "name", "control"), [("page", "below", HEADING), ("control", "field", "textbox")])
def test_screenshots_of_the_full_page_and_of_a_control_do_not_show_a_secret(
    play: Play, extent: str, name: str, control: str
) -> None:
    bare = play(site(), book([name], extent, declared=False, control=control), others=(OTHER,))
    assert readable(screenshots(bare)[0].page(), SECRET), bare.message
    redacted = play(site(), book([name], extent, control=control), others=(OTHER,))
    assert redacted.result.exit == 0, redacted.message
    assert not readable(screenshots(redacted)[0].page(), SECRET), screenshots(redacted)[0]


def test_the_targets_that_a_site_redacts_are_redacted(play: Play) -> None:
    words = "harvest-lantern-orchard"
    body = f"""<title>Keys</title>{FONT}<h1>Page</h1><p id=plain>{words}</p>
    <div style='transform: rotate(8deg); margin: 70px; width: 420px'><b class=turned>{words}</b></div>
    <iframe width=600 height=120 srcdoc="{FONT}<p class=inner>{words}"></iframe>"""
    bare = book(["text"], declared=False).replace("900x420", "900x620")
    shown = play(Site({"/text": body}), bare, others=(OTHER,))
    assert readable(screenshots(shown)[0].page(), words), (
        f"not readable without redaction: the test proves nothing ({screenshots(shown)[0].path})"
    )
    redact = """redact: ['css "#plain"', 'css ".turned"', 'css ".inner" in iframe'], simulator: site"""
    played = play(Site({"/text": body}), bare.replace("simulator: site", redact, 1), others=(OTHER,))
    assert played.result.exit == 0, played.message
    assert not readable(screenshots(played)[0].page(), words), screenshots(played)[0]
    redacted = [place["name"] for place in played.events("step")[-1]["screenshots"][0]["redacted"]]
    assert redacted == ["area on shop"] * 3


def test_the_screenshot_of_a_failure_does_not_show_a_secret(play: Play) -> None:
    failing = book(["text"]).replace('hover: heading "Page"', 'click: button "Nowhere"')
    bare = play(site(), failing.replace("from: env:REDACTED", "typed_at: shop"), others=(OTHER,))
    assert readable(screenshots(bare, "click")[0].page(), SECRET), bare.message
    failed = play(site(), failing, others=(OTHER,))
    assert failed.result.exit == 1
    assert failed.events("step")[-1]["screenshots"][0]["moment"] == "failure"
    assert not readable(screenshots(failed, "click")[0].path, SECRET)


@pytest.mark.slow
def test_fifty_screenshots_of_a_moving_secret_never_show_it(play: Play) -> None:
    moving = f"""<title>moves</title>{FONT}<style>
    @keyframes jump {{ 0% {{ left: 10px; top: 60px }} 25% {{ left: 200px; top: 90px }} 50% {{ left: 90px; top: 160px }}
    75% {{ left: 30px; top: 110px }} }}
    p {{ position: absolute; animation: jump 1.3s steps(1) infinite }}</style><h1>Page</h1><p>{SECRET}"""
    there = Site({"/text": moving})
    steps = '      - for_each: n in ${times}\n        steps:\n          - hover: heading "Page"\n'
    text = book([]) + steps
    text = text.replace(
        "sections:", f"inputs:\n  times: {{ description: Turns, type: list, example: {list(range(50))} }}\nsections:"
    )
    played = play(there, text.replace("window: 900x420", "window: 620x220"), others=(OTHER,))
    assert played.result.exit == 0, played.message
    taken = screenshots(played)
    assert len(taken) == 50
    shown = [event["screenshots"][0] for event in played.events("step") if event["verb"] == "hover"]
    assert sum(not each["withheld"] for each in shown) >= 25, "most screenshots were withheld: the test proves nothing"
    for screenshot in taken:
        assert not readable(screenshot.page(), SECRET), screenshot.path


def test_undeclared_credentials_are_redacted(play: Play) -> None:
    token, hook = "xoxb-2847362514-kwzr7342hbxt9563mfgd", "https://hooks.slack.com/services/T8/B7/kwzr7342hbxt9563"
    old, code, state = "kwzr7342hbxt9563mfgdpqns", "9563mfgdkwzr7342", "hdbx4273zrkw6359"
    body = f"""<title>Keys</title>{FONT}<h1>Page</h1>
    <p>Bot token <input size=40 value="{token}">
    <table><tr><th>Webhook URL<th>Channel<tr><td>{hook}<td>alerts</table>
    <div><label for=v>Verification Token</label></div><input id=v size=30 readonly value="{old}">
    <p>Came back to https://wandb.example/cb?code={code}&amp;state={state} just now"""
    there = Site({"/text": body})
    played = play(there, book(["text"], declared=False).replace("900x420", "1100x420"), others=(OTHER,))
    assert played.result.exit == 0, played.message
    for value in (token, hook.partition("//")[2], old, code, state):
        assert not readable(screenshots(played)[0].path, value), f"{value} is readable in {screenshots(played)[0]}"
        assert value.encode() not in played.everything(), f"{value} is in a file"
    redacted = {place["name"] for place in played.events("step")[-1]["screenshots"][0]["redacted"]}
    assert redacted == {"slack token", "slack webhook", "Verification Token", "code", "state"}
