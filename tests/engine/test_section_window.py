"""A section with `window: new` has a fresh browser context; the first stays open, and every promise holds in both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio.from_thread
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from support.site_pages import Played, Site

Play = Callable[..., Played]
SECRET = "correct horse battery"
BOOK = """name: A new password
sites:
  shop:
    url: https://shop.example
    simulator: site
secrets:
  old: { description: The old password, typed_at: shop, from: "env:OLD" }
  new: { description: The new password, typed_at: shop, from: "env:NEW" }
sections:
  - name: Change the password
    open: shop /account
    navigation:
      - unless: heading "Your account"
        steps:
          - fill: textbox "Password"
            with: ${old}
          - click: button "Sign in"
            expect: heading "Your account"
    ready: heading "Your account"
    always_run: no page shows a password
    steps:
      - fill: textbox "New password"
        with: ${new}
      - click: button "Change"
        changes: true
        expect: text "Changed"
  - name: The new password works
    open: shop /account
    window: new
    navigation:
      - expect: button "Sign in"
      - fill: textbox "Password"
        with: ${new}
      - click: button "Sign in"
        expect: heading "Your account"
    ready: heading "Your account"
    done_when: text "1 sign-in before"
  - name: The first window is signed in as before
    open: shop /account
    ready: heading "Your account"
    done_when: text "0 sign-ins before"
"""


def shop(accepts_new: bool = True) -> Site:
    """An account page behind a password. A session's cookie counts the sign-ins before it."""

    def form(request: Request) -> dict[str, Any]:
        return dict(anyio.from_thread.run(request.form))

    def account(request: Request, site: Site) -> Response:
        site.kept.setdefault("passwords", [SECRET + " old"])
        session = request.cookies.get("session")
        if request.method == "POST":
            sent = form(request)
            if "again" in sent:
                site.effect("password")
                site.kept["passwords"] = [*site.kept["passwords"], *([sent["again"]] if accepts_new else [])]
                return RedirectResponse("/account?changed", 303)
            if sent.get("password") == site.kept["passwords"][-1]:
                before = site.kept["signed"] = site.kept.get("signed", -1) + 1
                answer = RedirectResponse("/account", 303)
                answer.set_cookie("session", str(before))
                return answer
            session = None
        if session is None:
            field = "<label>Password <input name=password></label><button>Sign in</button>"
            return HTMLResponse(f"<!doctype html><title>In</title><form method=post>{field}</form>")
        word = "sign-in" if session == "1" else "sign-ins"
        said = "<p>Changed</p>" if request.url.query == "changed" else ""
        change = "<form method=post><label>New password <input name=again></label><button>Change</button></form>"
        return HTMLResponse(
            f"<!doctype html><title>Account</title><h1>Your account</h1><p>{session} {word} before</p>{said}{change}"
        )

    return Site({"/account": account})


@pytest.fixture(autouse=True)
def passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLD", SECRET + " old")
    monkeypatch.setenv("NEW", SECRET + " new")


def test_a_new_sign_in_is_proven_while_the_old_one_stays(play: Play) -> None:
    played = play(shop(), BOOK)
    assert played.statuses == ["changed", "unchanged", "unchanged"], played.message
    assert [event["window"] for event in played.events("section")] == ["first", "new", "first"]
    typed = [step for step in played.events("step") if step["verb"] == "fill" and step["section"] == 2]
    assert typed[0]["screenshots"][-1]["redacted"] or typed[0]["screenshots"][-1]["withheld"], "redacted there, too"
    assert SECRET.encode() not in played.everything()


def test_a_sign_in_that_fails_ends_the_run_before_the_old_one_is_left(play: Play) -> None:
    site = shop(accepts_new=False)
    played = play(site, BOOK)
    assert played.statuses == ["changed", "failed"]
    assert 'heading "Your account"' in played.message
    resumed = play(site, BOOK, resume=played.result.folder)
    assert resumed.statuses[0] == "unchanged", "the change before it is known"
    assert len(site.kept["passwords"]) == 1


TWO = """sections:
  - name: One
    open: shop /
    ready: heading "Shop"
  - name: Two
    open: shop PATH
    window: new
    WHEN
    ready: heading "HEAD"
    steps:
      - click: link "Open"
        expect: heading "HEAD"
  - name: Three
    open: shop /
    ready: heading "Shop"
"""
SHOP = "<title>Shop</title><h1>Shop</h1><a href=https://evil.example/x target=_blank>Open</a>"


def test_what_is_outside_of_the_sites_is_blocked_in_the_second_window(play: Play) -> None:
    book = TWO.replace("PATH", "/").replace("    WHEN\n", "").replace("HEAD", "Shop")
    played = play({"/": SHOP}, book, others=("https://evil.example",))
    assert [event["address"] for event in played.events("blocked")] == ["https://evil.example/x"]
    assert not [host for _, host, _ in played.site.asked if host == "evil.example"]
    assert played.statuses == ["unchanged", "failed"]


def test_windows_and_popups_of_both_are_kept_apart(play: Play) -> None:
    first = SHOP + "<script>setTimeout(() => open('/popup'), 3000)</script>"
    popup = "<title>Popup</title><h1>Popup</h1>"
    second = """<title>Second</title><h1>Second</h1><a href=/popup target=_blank>Open</a><p>Waiting</p>
      <script>setTimeout(() => document.querySelector('p').textContent = 'Waited', 4500)</script>"""
    book = (
        TWO.replace("PATH", "/second")
        .replace("    WHEN\n", "")
        .replace('ready: heading "HEAD"', 'ready: text "Waited"')
    )
    played = play({"/": first, "/second": second, "/popup": popup}, book.replace("HEAD", "Popup"))
    assert played.statuses == ["unchanged", "unchanged", "unchanged"], played.message
    assert len(played.events("popup")) == 2
    shown = {step["section"]: step["address"] for step in played.events("step")}
    assert shown == {1: "https://shop.example/", 2: "https://shop.example/popup", 3: "https://shop.example/"}


def test_a_section_that_does_not_apply_opens_no_window_and_a_check_opens_one(play: Play) -> None:
    book = "inputs:\n  on: { description: Whether, type: flag, default: no }\n"
    book += TWO.replace("PATH", "/").replace("WHEN", "when: ${on}").replace("HEAD", "Shop")
    played = play({"/": SHOP}, book)
    assert played.statuses == ["unchanged", "skipped", "unchanged"]
    checked = play({"/": SHOP}, book, mode="check", inputs={"on": True})
    assert checked.statuses == ["not checkable"] * 3
    assert checked.result.status.good
