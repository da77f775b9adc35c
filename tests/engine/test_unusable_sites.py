"""A site that is down, asks for HTTP authentication, or refuses a sign-in is reported once, and ends the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from support.http_site import listening, served
from support.site_pages import Played, Site

from runwright.engine.run import site_access
from runwright.engine.run.launcher import execute
from runwright.engine.run.options import RunOptions, RunResult, RunSetup
from runwright.engine.run.plan import make_plan
from runwright.evidence.statuses import FailureClass
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

Play = Callable[..., Played]
SECTION = """
  - name: Section {number}
    open: shop {path}
    ready: heading "Home"
    done_when: text "Never"
    steps:
      - {step}
"""


def _go(tmp_path: Path, address: str, sections: str, mode: str = "run") -> RunResult:
    path = tmp_path / "book.yaml"
    path.write_text(f'name: T\nsites: {{ shop: {{ url: "{address}" }} }}\nsections:{sections}', "utf-8")
    plan = make_plan(load(path, vocabulary()), {}, {}, False, mode)
    return execute(RunSetup(plan, RunOptions(tmp_path / "screenshots")))


def _two_sections(path: str = "/") -> str:
    return "".join(SECTION.format(number=n, path=path, step="expect: heading") for n in (1, 2))


@pytest.mark.parametrize("mode", ["run", "check"])
def test_a_refused_connection_is_reported_within_seconds_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    assert site_access.DOWN <= 5.0, "a site that never answered is waited for longer than a few seconds"
    monkeypatch.setattr(site_access, "DOWN", 1.0)
    with served({}) as address:
        pass  # nothing answers there any more
    result = _go(tmp_path, address, _two_sections(), mode)
    assert result.reason == f"{address}/ cannot be loaded: the connection was refused (net::ERR_CONNECTION_REFUSED)."
    assert (result.failure_class, result.exit) == (FailureClass.NETWORK, 4)
    assert [section.name for section in result.sections] == ["Section 1"], "the second section tried it again"


def test_a_check_of_a_site_that_only_sends_errors_asks_in_one_section(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_access, "DOWN", 1.0)
    played = play({"/": lambda request, site: HTMLResponse("Sorry", 503)}, f"sections:{_two_sections()}", mode="check")
    assert played.statuses == ["unknown"]
    assert (played.result.failure_class, played.result.exit) == (FailureClass.SITE_ERROR, 4)
    assert "503" in played.message


def test_a_site_that_has_answered_is_given_the_time_of_a_restart(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_access, "DOWN", 0.0)

    def page(request: Request, site: Site) -> Response:
        site.kept["times"] = site.kept.get("times", 0) + 1
        down = site.kept["times"] in (2, 3)
        return HTMLResponse("Restarting", 503) if down else HTMLResponse("<h1>Home</h1><p>Never</p>")

    sections = _two_sections().replace("shop /", "shop /again", 1)  # the second is opened, and not stayed on
    played = play({"/": page, "/again": page}, f"sections:{sections}")
    assert played.statuses == ["unchanged", "unchanged"], played.message
    assert played.site.kept["times"] == 4


def test_a_click_that_meets_a_server_which_refuses_connections_is_given_the_time_of_a_restart(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_access, "DOWN", 0.5)

    def down(request: Request, site: Site) -> Response:
        site.pause(0.0, 4.0)
        return Response("")

    until_down = "for (;;) try { await fetch('/', { cache: 'no-store' }) } catch { break }"
    link = f"fetch('/down').then(async () => {{ {until_down} location = '/next' }}); return false"
    pages = {"/": f'<title>A</title><h1>Home</h1><a href=/next onclick="{link}">Go</a>', "/next": "<h1>Next</h1>"}
    book = """sections:
  - name: Go
    open: shop /
    steps:
      - click: link "Go"
      - expect: heading "Next"
        timeout: 1s
"""
    played = play({**pages, "/down": down}, book)
    assert played.result.exit == 0, played.message


class _Locked(BaseHTTPRequestHandler):
    """Asks for HTTP authentication below `/in`."""

    asked: list[str]

    def do_GET(self) -> None:
        if self.path != "/favicon.ico":
            self.asked.append(self.path)
        locked = self.path.startswith("/in")
        self.send_response(401 if locked else 200)
        if locked:
            self.send_header("WWW-Authenticate", 'Basic realm="Admins only"')
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>No</h1>" if locked else b"<title>A</title><h1>Home</h1><a href=/in>Go</a>")

    def log_message(self, *words: object) -> None:
        return


@contextmanager
def _locked() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    with listening(type("Own", (_Locked,), {"asked": asked})) as port:
        yield f"http://127.0.0.1:{port}", asked


@pytest.mark.parametrize("mode", ["run", "check"])
@pytest.mark.parametrize(
    ("path", "step"), [("/in", "expect: heading"), ("/", 'click: link "Go"\n        expect: heading "Inside"')]
)
def test_http_authentication_is_named_at_once(tmp_path: Path, path: str, step: str, mode: str) -> None:
    sections = "".join(SECTION.format(number=n, path=path, step=step) for n in (1, 2))
    if mode == "check":
        sections = sections.replace("steps:", "navigation:")
    with _locked() as (address, asked):
        result = _go(tmp_path, address, sections, mode)
    assert result.reason == (
        f"{address}/in answered 401: it asks for HTTP authentication (Basic, “Admins only”), not on a page."
    )
    assert (result.failure_class, result.exit) == (FailureClass.SIGN_IN, 3)
    assert asked.count("/in") == 1 and len(result.sections) == 1


FORM = """<title>Shop</title><h1>Log in</h1><form method=post><label>Name <input name=name></label>
<label>Password <input type=password name=password></label><button>Log in</button></form>"""
SIGN_IN = """name: T
sites: {{ shop: {{ url: https://shop.example, simulator: site }} }}
secrets: {{ password: {{ description: It, typed_at: shop }} }}
sections:{sections}"""
SIGNING_IN = """
  - name: Section {number}
    open: shop /
    ready: heading "Inside"
    done_when: text "Never"
    navigation:
      - fill: textbox "Password"
        with: ${{password}}
      - click: button "Log in"
        expect: heading "Inside"
    steps:
      - expect: heading
"""


@pytest.mark.quick(2)
@pytest.mark.parametrize("mode", ["run", "check"])
@pytest.mark.parametrize("status", [200, 401])
def test_a_wrong_password_is_sent_once_and_ends_the_run(
    play: Play, monkeypatch: pytest.MonkeyPatch, mode: str, status: int
) -> None:
    def page(request: Request, site: Site) -> Response:
        wrong = "<p>That did not work.</p>" if request.method == "POST" else ""
        return HTMLResponse(f"<!doctype html>{FORM}{wrong}", status if request.method == "POST" else 200)

    monkeypatch.setenv("SHOP_PASSWORD", "wrong-password-4711")
    book = SIGN_IN.format(sections="".join(SIGNING_IN.format(number=n) for n in (1, 2)))
    played = play({"/": page}, book, mode=mode, secrets={"password": "env:SHOP_PASSWORD"})
    assert played.site.count("POST", "/") == 1, "the password was sent more than once"
    assert (played.result.failure_class, played.result.exit) == (FailureClass.SIGN_IN, 3)
    assert played.message.startswith("The sign-in at https://shop.example was refused.")
    assert len(played.statuses) == 1


def test_a_refused_secret_that_is_no_password_is_not_a_refused_sign_in(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page(request: Request, site: Site) -> Response:
        form = FORM.replace("Log in", "Connect")
        return HTMLResponse(f"<!doctype html>{form}", 422 if request.method == "POST" else 200)

    monkeypatch.setenv("SHOP_PASSWORD", "wrong-password-4711")
    book = SIGN_IN.format(sections=SIGNING_IN.format(number=1)).replace("Log in", "Connect")
    played = play({"/": page}, book, secrets={"password": "env:SHOP_PASSWORD"})
    assert (played.result.failure_class, played.result.exit) == (FailureClass.PAGE_CHANGED, 1)
