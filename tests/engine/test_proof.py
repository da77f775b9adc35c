"""Proof: the settings that conditions name, with their values, in screenshots that show them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from support.site_pages import Played, Site

FAR = "<div style='height:3000px'></div>"
BOTH = """
      - checkbox "Alerts" [checked]
      - text "Stored\""""


def _settings(played: Played, part: str) -> list[dict[str, Any]]:
    """The settings of the last step of a part."""
    found: list[dict[str, Any]] = [event for event in played.events("step") if event["part"] == part][-1]["settings"]
    return found


def _outlined(played: Played, part: str) -> list[bool]:
    """Of each setting of the last step of a part: whether its box in its screenshot has the colour of its control."""
    step = [event for event in played.events("step") if event["part"] == part][-1]
    found = []
    for setting in step["settings"]:
        screenshot = step["screenshots"][setting["screenshot"]]
        x, y, width, height = setting["box"]
        with Image.open(played.result.folder / screenshot["file"]) as image:
            found.append(
                image.getpixel((int(x + width / 2), int(y + height / 2) + screenshot["caption"]))[:3] == (255, 0, 0)
            )
    return found


def _runbook(done_when: str, steps: str = '- click: button "Save"\n        changes: true') -> str:
    return f"""
sections:
  - name: S
    open: shop /
    ready: heading "Shop"
    done_when: {done_when}
    steps:
      {steps}
"""


def _site(page: str) -> Site:
    """A page with CHECKED, VALUE and TEXT, which a save turns into what is wanted."""

    def answer(request: Request, site: Site) -> Response:
        if request.method == "POST":
            site.kept["saved"] = True
            return RedirectResponse("/", 303)
        words = ("checked", "Blue", "Stored") if site.kept.get("saved") else ("", "Red", "Not stored")
        shown = page
        for mark, word in zip(("CHECKED", "VALUE", "TEXT"), words, strict=True):
            shown = shown.replace(mark, word)
        save = "<form method=post><button>Save</button></form>"
        return HTMLResponse(f"<!doctype html><title>Shop</title><h1>Shop</h1>{save}{shown}")

    return Site({"/": answer})


RED = "style='background:#f00;color:#f00;width:120px;height:40px;display:inline-block'"


def test_the_values_before_and_after_are_journalled(play: Callable[..., Played]) -> None:
    page = """<label><input type=checkbox CHECKED> Alerts</label><label>Colour <input value=VALUE></label>
    <label>Code <input type=password value=hunter22></label><p>TEXT</p><button disabled>Off</button>"""
    conditions = """
      - checkbox "Alerts" [checked]
      - textbox "Colour" [value="Blue"]
      - textbox "Code"
      - text "Stored"
      - no text "Not stored"
      - button "Off" [disabled]
      - count of checkbox is 1
      - url /"""
    played = play(_site(page), _runbook(conditions))
    assert played.statuses == ["changed"], played.message
    assert [(each["setting"], each["value"], each["held"]) for each in _settings(played, "check")] == [
        ('checkbox "Alerts"', "off", False),
        ('textbox "Colour"', "Red", False),
        ('textbox "Code"', "••••••••", True),
        ('text "Stored"', "not shown", False),
        ('text "Not stored"', "shown", False),
        ('button "Off"', "disabled", True),
        ("count of checkbox", "1", True),
        ("url", "https://shop.example/", True),
    ]
    after = {each["setting"]: each["value"] for each in _settings(played, "verification")}
    assert after['checkbox "Alerts"'] == "on" and after['textbox "Colour"'] == "Blue"
    assert after['text "Stored"'] == "shown" and after['text "Not stored"'] == "not shown"
    assert b"hunter22" not in played.everything()


def test_every_control_is_scrolled_into_a_screenshot(play: Callable[..., Played]) -> None:
    page = f"""<div role=img aria-label=Top {RED}></div>{FAR}<div role=img aria-label=Middle {RED}></div>
    <div role=img aria-label=Beside {RED}></div>{FAR}<div role=img aria-label=Bottom {RED}></div><p>TEXT</p>"""
    names = ["Top", "Middle", "Beside", "Bottom"]
    conditions = "".join(f'\n      - img "{name}"' for name in names) + '\n      - text "Stored"'
    played = play(_site(page), _runbook(conditions))
    settings = _settings(played, "verification")
    assert [each["screenshot"] for each in settings] == [0, 1, 1, 2, 2], settings
    assert _outlined(played, "verification")[:4] == [True] * 4


def test_controls_that_fit_into_one_window_are_in_one_screenshot(play: Callable[..., Played]) -> None:
    page = f"{FAR}<div role=img aria-label=One {RED}></div><div role=img aria-label=Two {RED}></div><p>TEXT</p>"
    played = play(_site(page), _runbook('[img "One", img "Two", text "Stored"]'))
    assert [each["screenshot"] for each in _settings(played, "verification")] == [0, 0, 0]


def test_controls_in_a_scroll_area_and_in_a_frame_are_shown(play: Callable[..., Played]) -> None:
    inner = f"<!doctype html><title>Inner</title>{FAR}<div role=img aria-label=Framed {RED}></div>"
    page = f"""<div style='height:200px;width:400px;overflow:auto'><div role=img aria-label=First {RED}></div>{FAR}
    <div role=img aria-label=Last {RED}></div></div>{FAR}
    <iframe title=Inner src=/inner width=400 height=200></iframe><p>TEXT</p>"""
    site = _site(page)
    site.pages = {**site.pages, "/inner": inner}
    conditions = '[img "First", img "Last", img "Framed" in iframe "Inner", text "Stored"]'
    played = play(site, _runbook(conditions))
    assert played.statuses == ["changed"], played.message
    assert _outlined(played, "verification")[:3] == [True] * 3
    assert [each["screenshot"] for each in _settings(played, "verification")][:3] == [0, 1, 2]


def test_a_control_that_the_page_keeps_replacing_is_shown(play: Callable[..., Played]) -> None:
    page = f"""<div id=here></div><p>TEXT</p><script>setInterval(() => {{
      here.innerHTML = `<div role=img aria-label=New {RED}></div>` }}, 300)</script>"""
    played = play(_site(page), _runbook('[img "New", text "Stored"]'))
    assert played.statuses == ["changed"], played.message
    assert _settings(played, "verification")[0]["screenshot"] == 0


def test_drift_is_proven_by_the_value_that_is_there(play: Callable[..., Played]) -> None:
    page = f"{FAR}<label><input type=checkbox CHECKED {RED}> Alerts</label>{FAR}"
    played = play(_site(page), _runbook('checkbox "Alerts" [checked]'), mode="check")
    assert played.statuses == ["drift"]
    (setting,) = _settings(played, "check")
    assert (setting["value"], setting["held"], setting["screenshot"]) == ("off", False, 0)


def test_a_click_without_a_change_shows_what_it_was_expected_to_show(play: Callable[..., Played]) -> None:
    page = f"""<title>Shop</title><h1>Shop</h1><button onclick="more.hidden = false">More</button>
    {FAR}<div id=more hidden role=img aria-label=Details {RED}></div>"""
    steps = '- click: button "More"\n        expect: img "Details"\n      - click: button "More"'
    runbook = _runbook("img 'Details'", steps).replace("done_when: img 'Details'", "always_run: The page forgets.")
    played = play({"/": page}, runbook)
    assert played.statuses == ["unchanged"], played.message
    first, second = [event for event in played.events("step") if event["part"] == "steps"]
    assert [each["moment"] for each in first["screenshots"]] == ["before", "after"]
    assert [each["moment"] for each in second["screenshots"]] == ["before"]
    with Image.open(played.result.folder / first["screenshots"][1]["file"]) as image:
        colours = image.convert("RGB").getcolors(1 << 24) or []
    assert sum(number for number, colour in colours if colour == (255, 0, 0)) > 4000, "the control is out of view"


def test_an_expect_shows_what_it_names(play: Callable[..., Played]) -> None:
    page = f"<title>Shop</title><h1>Shop</h1>{FAR}<label>Name <input value=Ann {RED}></label>"
    runbook = _runbook("x", '- expect: textbox "Name" [value="Ann"]').replace(
        "done_when: x", "always_run: Nothing is stored."
    )
    played = play({"/": page}, runbook)
    (setting,) = _settings(played, "steps")
    assert (setting["setting"], setting["value"], setting["screenshot"]) == ('textbox "Name"', "Ann", 0)


def test_screenshots_are_named_by_step_and_moment(play: Callable[..., Played]) -> None:
    page = f"""<label><input type=checkbox CHECKED> Alerts</label>{FAR}<p>TEXT</p>"""
    steps = """- click: button "Save"
        name: Save the settings of the team, all of them, on the first page of the administration
        changes: true
      - click: button "Nothing"
        name: Press a button that is not there, however long the sentence about it may be"""
    played = play(_site(page), _runbook(BOTH, steps))
    assert played.statuses == ["failed"]
    for event in played.events("step"):
        numbers = {int(each["file"][:4]) for each in event["screenshots"]}
        assert numbers <= {event["step"]}, (event["step"], event["screenshots"])
    files = [each["file"] for event in played.events("step") for each in event["screenshots"]]
    assert sum(name.endswith("-before.png") for name in files) == 1
    assert sum(name.endswith("-after.png") for name in files) == 1
    assert re.search(r"^0004-press-a-button-.*-failure\.png$", files[-1]), files
    assert len(files) == len(set(files))


def test_the_report_begins_with_settings_before_and_after(play: Callable[..., Played]) -> None:
    page = "<label><input type=checkbox CHECKED> Alerts</label><p>TEXT</p><p>Ann Lee</p>"
    runbook = _runbook(BOTH).replace("name: S\n", "name: S\n    controls: [CC6.1]\n")
    site = '{ url: "https://shop.example", simulator: site, signed_in_as: text "Ann Lee" }'
    played = play(_site(page), f"name: Shop\nsites:\n  shop: {site}\n{runbook}")
    assert played.statuses == ["changed"], played.message
    assert {event["person"] for event in played.events("step")} == {"Ann Lee"}
    text = (played.result.folder / "report.html").read_text("utf-8")
    first_page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.split("<section id=")[0].split("</style>")[1]))
    assert "Signed in as Ann Lee" in first_page and "CC6.1" in first_page
    proof = [event for event in played.events("step") if event["part"] == "verification"][-1]["step"]
    assert f"checkbox &#34;Alerts&#34; off on step {proof}" in first_page, first_page
    assert f'href="#n{proof}"' in text.split("<section id=")[0]
    assert '<details class="way">' in text


@pytest.mark.parametrize("mode", ["run", "check"])
def test_alternatives_show_the_one_that_holds(mode: str, play: Callable[..., Played]) -> None:
    page = "<title>Shop</title><h1>Shop</h1><p>Two</p>"
    runbook = _runbook('{ any: [text "One", text "Two"] }')
    played = play({"/": page}, runbook, mode=mode)
    assert [each["setting"] for each in _settings(played, "check")] == ['text "Two"']
