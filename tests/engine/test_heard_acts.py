"""A click is repeated only while nothing was heard of it, and a password is sent once in a whole run."""

from __future__ import annotations

from collections.abc import Callable

import anyio.from_thread
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from support.site_pages import Played, Site

Play = Callable[..., Played]
BOOK = """sections:
  - name: Press
    open: shop /
    ready: heading "Ready"
    steps:
      - click: button "Press"
        timeout: 4s
        expect: heading "Done"
"""
HEARD = {
    "a request with GET": "fetch('/list')",
    "a change of the page": "document.title = clicks; document.body.append('x')",
    "a change of an attribute": "document.body.className = 'c' + clicks",
    "a navigation within the page": "location.hash = clicks",
}


def counting(script: str, beside: str = "", counted: bool = True) -> Site:
    """Runs a script at each click on its button, and counts the clicks at the server, unless that is not wanted."""
    count = "navigator.sendBeacon('/count');" if counted else ""
    page = f"""<title>P</title><h1>Ready</h1><button>Press</button><script>
      let clicks = 0; 
      document.querySelector('button').onclick = () => {{ clicks += 1; {count} {script} }};
      {beside}
    </script>"""
    return Site({"/": page, "/list": "<title>L</title>", "/count": "<title>C</title>"})


@pytest.mark.quick(2)
@pytest.mark.parametrize("kind", HEARD)
def test_a_click_that_was_heard_is_not_repeated(play: Play, kind: str) -> None:
    played = play(counting(HEARD[kind], counted=False), BOOK)
    assert played.statuses == ["failed"]
    assert "retried" not in played.message, played.message


def test_a_click_on_a_page_that_polls_is_not_repeated(play: Play) -> None:
    played = play(counting("", "setInterval(() => fetch('/list'), 200);"), BOOK)
    assert played.statuses == ["failed"] and "retried" not in played.message
    assert played.site.count("POST", "/count") == 1


def test_a_click_of_which_nothing_was_heard_is_repeated(play: Play) -> None:
    page = """<title>P</title><h1>Ready</h1><button>Press</button><script>
      let clicks = 0;
      document.querySelector('button').onclick = () => {
        clicks += 1;
        if (clicks === 2) document.querySelector('h1').textContent = 'Done';
      };
    </script>"""
    played = play({"/": page}, BOOK)
    assert played.statuses == ["unchanged"], played.message


SIGN_IN = """name: Two
inputs:
  password: { description: The password, default: wrong-password }
sites:
  shop: { url: https://shop.example, simulator: site }
blocks:
  sign-in:
    - fill: textbox "User"
      with: ann
    - fill: label "Password"
      with: ${password}
    - click: button "Sign in"
      continue_on_error: CONTINUE
      EXPECT
sections:
  - name: First
    open: shop /
    navigation:
      - use: sign-in
    ready: heading "Inside"
    done_when: text "one"
    steps: [ { click: button "One" } ]
  - name: Second
    open: shop /
    navigation:
      - use: sign-in
    ready: heading "Inside"
    done_when: text "two"
    steps: [ { click: button "Two" } ]
"""


def gate(status: int) -> Site:
    def page(request: Request, site: Site) -> Response:
        if request.method == "POST":
            form = anyio.from_thread.run(request.form)
            site.kept.setdefault("passwords", []).append(str(form["p"]))
            if status == 303:
                return RedirectResponse("/?wrong", 303)
        fields = "<label>User <input name=u></label><label>Password <input type=password name=p></label>"
        wrong = "<p role=alert>Wrong password</p>" if request.method == "POST" or request.url.query else ""
        form = f"<form method=post action=/in>{fields}<button>Sign in</button></form>"
        text = f"<title>S</title><h1>Sign in</h1>{wrong}{form}"
        return HTMLResponse(text, status if request.method == "POST" and status != 303 else 200)

    return Site({"/": page, "/in": page})


@pytest.mark.quick(4)
@pytest.mark.usefixtures("short_limits")
@pytest.mark.parametrize("status", [200, 401, 303])
@pytest.mark.parametrize("expect", ['expect: heading "Inside"', ""])
@pytest.mark.parametrize("continued", ["yes", "no"])
def test_a_wrong_password_is_sent_once(play: Play, status: int, expect: str, continued: str) -> None:
    site = gate(status)
    played = play(site, SIGN_IN.replace("EXPECT", expect).replace("CONTINUE", continued))
    assert site.kept["passwords"] == ["wrong-password"]
    assert played.result.failure_class == "sign_in", played.message
    assert played.result.exit == 3
