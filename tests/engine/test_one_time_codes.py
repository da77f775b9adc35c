"""One-time codes are typed in time, once, into one field or six boxes, and shown nowhere; the seed is typed never."""

from __future__ import annotations

import time
from collections.abc import Callable

import pyotp
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from support.site_pages import Played, Site

from runwright.engine.errors import InvalidCall
from runwright.engine.secrets import one_time_codes
from runwright.engine.secrets.one_time_codes import OneTimeCodes, SeedError, code_maker

SEED = "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"
MAKER = pyotp.TOTP(SEED.replace(" ", ""))
HEAD = """name: Codes
sites: { shop: { url: https://shop.example, simulator: site } }
secrets: { factor: { description: A second factor, type: totp, from: env:PAGE_SEED, typed_at: shop } }
sections:
  - name: Sign in
    open: shop /
    steps:
"""
STYLE = "<style>input { font: 20px monospace; width: 8em } .boxes input { width: 1.5em }</style>"
ONE = (
    f"<title>Code</title>{STYLE}<h1>Two steps</h1>"
    "<form action=/sent><label>Code <input name=c></label><button>Go</button></form>"
)
ENTER = '      - press: textbox "Code"\n        key: Enter\n'
ENDS = "<title>In</title><h1>Welcome</h1>"
Play = Callable[..., Played]


def _boxes(script: str, attributes: str = "maxlength=1") -> str:
    boxes = "".join(f"<input aria-label='Digit {number}' {attributes}>" for number in range(1, 7))
    return f"""<title>Code</title>{STYLE}<h1>Two steps</h1><label>Name <input name=other></label>
<div class=boxes role=group aria-label="Verification code">{boxes}</div><button id=go>Go</button>
<script>const all = [...document.querySelectorAll('.boxes input')];
const send = () => location = '/sent?c=' + all.map((each) => each.value).join('');
go.onclick = send; {script}</script>"""


ADVANCE = """for (const [at, each] of all.entries()) each.oninput = () => {
  if (at < 5) WAIT(() => all[at + 1].focus()); else send(); };"""
PAGES = {
    "boxes that move on and send": _boxes(ADVANCE.replace("WAIT", "(f => f())")),
    "boxes that move on late": _boxes(ADVANCE.replace("WAIT", "(f => setTimeout(f, 60))")),
    "boxes that stand still": _boxes("all[5].oninput = send;"),
    "boxes without a length": _boxes(ADVANCE.replace("WAIT", "(f => queueMicrotask(f))"), "inputmode=numeric"),
    "boxes of keys": _boxes("""for (const [at, each] of all.entries()) each.onkeydown = (e) => {
  e.preventDefault(); each.value = e.key; if (at < 5) all[at + 1].focus(); else send(); };"""),
    "one field that sends": ONE + "<script>document.forms[0].c.oninput = (e) => e.target.value.length === 6 &&"
    " document.forms[0].submit()</script>",
    "one field that groups": ONE + """<script>document.forms[0].c.oninput = (e) => {
  e.target.value = e.target.value.replace(/ /g, '').replace(/^(...)(.)/, '$1 $2');
  if (e.target.value.length === 7) document.forms[0].submit(); }</script>""",
}  # fmt: skip


@pytest.fixture(autouse=True)
def seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGE_SEED", SEED)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`clock(left)` sets the clock so that a code ends in some seconds; it then runs ``speed`` times as fast."""

    def set_to(left: float, speed: float = 1.0) -> None:
        started, at = time.monotonic(), 1_800_000_000.0 - left
        monkeypatch.setattr(one_time_codes, "now", lambda: at + (time.monotonic() - started) * speed)

    set_to(25.0)
    return set_to


def _code(request: Request, site: Site) -> Response:
    """The site takes each code of the clock once."""
    sent = request.query_params["c"].replace(" ", "")
    site.kept.setdefault("sent", []).append(sent)
    site.kept.setdefault("right", []).append(sent == MAKER.at(int(one_time_codes.now())))
    return HTMLResponse(f"<!doctype html>{ENDS}") if site.kept["right"][-1] else RedirectResponse("/?again", 303)


def _sign_in(target: str, after: str = "") -> str:
    return f"{HEAD}      - fill_code: {target}\n        with: ${{factor}}\n{after}"


def _assert_unseen(played: Played, *codes: str) -> None:
    everything = played.everything()
    for text in (SEED, SEED.replace(" ", ""), *codes):
        assert text.encode() not in everything, "a value is in a file"


@pytest.mark.quick(4)
@pytest.mark.parametrize("kind", PAGES)
def test_a_code_is_typed_as_the_page_wants_it(kind: str, play: Play, clock: Callable[..., None]) -> None:
    target = 'textbox "Code"' if "field" in kind else 'group "Verification code"'
    played = play({"/": PAGES[kind], "/sent": _code}, _sign_in(target, '        expect: heading "Welcome"\n'))
    assert played.result.exit == 0, played.message
    assert played.site.kept["right"] == [True]
    _assert_unseen(played)


def test_the_first_box_may_be_named(play: Play, clock: Callable[..., None]) -> None:
    page = PAGES["boxes that stand still"]
    played = play({"/": page, "/sent": _code}, _sign_in('textbox "Digit 1"', '        expect: heading "Welcome"\n'))
    assert played.result.exit == 0 and played.site.kept["right"] == [True], played.message


def test_a_code_that_is_about_to_end_is_not_typed(play: Play, clock: Callable[..., None]) -> None:
    clock(left=4.0, speed=4.0)
    ending = MAKER.at(int(one_time_codes.now()))
    played = play({"/": ONE, "/sent": _code}, _sign_in('textbox "Code"', ENTER))
    assert played.site.kept["sent"] != [ending] and played.site.kept["right"] == [True], played.message


def test_fill_and_type_get_the_code_too(play: Play, clock: Callable[..., None]) -> None:
    for verb in ("fill", "type"):
        clock(left=20.0 if verb == "fill" else 19.0)
        steps = f'      - {verb}: textbox "Code"\n        with: ${{factor}}\n{ENTER}'
        played = play({"/": ONE, "/sent": _code}, HEAD + steps)
        assert played.site.kept["right"] == [True], played.message
        _assert_unseen(played, *played.site.kept["sent"])


def test_a_code_is_never_typed_twice(play: Play, clock: Callable[..., None]) -> None:
    clock(left=20.0, speed=20.0)
    again = f'{ENTER}      - open: shop /\n      - fill_code: textbox "Code"\n        with: ${{factor}}\n'
    again += ENTER
    played = play({"/": ONE, "/sent": _code}, _sign_in('textbox "Code"', again))
    sent = played.site.kept["sent"]
    assert len(sent) == 2 and sent[0] != sent[1], played.message
    _assert_unseen(played, *sent)


def test_a_refused_code_is_sent_once(play: Play, clock: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGE_SEED", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    after = '        expect: heading "Welcome"\n        timeout: 1s\n'
    page = PAGES["boxes that move on and send"]
    played = play({"/": page, "/sent": _code}, _sign_in('group "Verification code"', after))
    assert played.result.exit == 1 and played.site.kept["right"] == [False]
    _assert_unseen(played, *played.site.kept["sent"])


def test_each_box_is_redacted(play: Play, clock: Callable[..., None]) -> None:
    played = play({"/": _boxes("")}, _sign_in('group "Verification code"'))
    assert played.result.exit == 0, played.message
    last = played.events("step")[-2]["screenshots"][-1]
    boxes = {tuple(each["box"]) for each in last["redacted"] if each["name"] == "factor"}
    assert len(boxes) == 6, last


def test_a_clock_that_differs_from_the_site_s_is_noted(play: Play, clock: Callable[..., None]) -> None:
    late = "Mon, 30 Nov 2020 10:00:00 GMT"

    def page(request: Request, site: Site) -> Response:
        return HTMLResponse(f"<!doctype html>{ONE}", headers={"Date": late})

    played = play({"/": page}, _sign_in('textbox "Code"'))
    (noted,) = played.events("clock")
    assert noted["seconds"] < -1_000_000
    assert any("ahead of the site's: it may refuse one-time codes" in each for each in played.listener.heard)
    assert not play({"/": ONE}, _sign_in('textbox "Code"')).events("clock")


def test_a_code_is_typed_only_where_it_may(play: Play, clock: Callable[..., None]) -> None:
    book = (
        _sign_in('textbox "Code"')
        .replace("typed_at: shop", "typed_at: other")
        .replace("sites: {", "sites: { other: { url: https://other.example, simulator: site },")
    )
    played = play({"/": ONE, "/sent": _code}, book)
    assert played.result.exit == 1 and "may be typed at https://other.example" in played.message
    assert "sent" not in played.site.kept


def test_a_code_from_a_person_fills_the_boxes(play: Play) -> None:
    page = PAGES["boxes that move on and send"]
    asks = HEAD.replace("type: totp, from: env:PAGE_SEED", "typed_at: shop").replace(
        ", typed_at: shop, typed_at", ", typed_at"
    )
    steps = "      - ask: The code\n        into: factor\n"
    steps += '      - fill_code: group "Verification code"\n        with: ${factor}\n'
    sent: list[str] = []

    def take(request: Request, site: Site) -> Response:
        sent.append(request.query_params["c"])
        return HTMLResponse(ENDS)

    played = play({"/": page, "/sent": take}, asks + steps, terminal=lambda question, hidden: "483920")
    assert played.result.exit == 0 and sent == ["483920"], played.message
    _assert_unseen(played, "483920")


@pytest.mark.parametrize(
    "seed", ["hunter2 is no seed", "JBSWY3DPEHPK3PX1", "otpauth://hotp/a?secret=JBSWY3DPEHPK3PXP", "otpauth://x"]
)
def test_what_is_no_seed_is_said_before_anything_opens(seed: str, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGE_SEED", seed)
    with pytest.raises(InvalidCall) as failed:
        play({"/": ONE}, _sign_in('textbox "Code"'))
    assert "secret `factor` has an invalid value" in str(failed.value) and seed not in str(failed.value)


def test_seeds_are_read_as_pages_print_them() -> None:
    """The codes are those of RFC 6238, appendix B."""
    seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert code_maker(f"otpauth://totp/Acme:ann?secret={seed}&digits=8").at(1111111109) == "07081804"
    assert code_maker("gezd gnbv-gy3t qojq gezd gnbv gy3t qojq").at(59) == "287082"
    with pytest.raises(SeedError):
        code_maker("")


def test_a_step_that_asks_again_gets_the_same_code(monkeypatch: pytest.MonkeyPatch) -> None:
    at = [1_800_000_010.0]
    monkeypatch.setattr(one_time_codes, "now", lambda: at[0])

    def pause(seconds: float) -> None:
        at[0] += seconds

    codes, first = OneTimeCodes(), object()
    code = codes.code("factor", SEED, first, pause)
    at[0] += 4.0
    assert codes.code("factor", SEED, first, pause) == code and at[0] == 1_800_000_014.0
    at[0] += 12.0  # 4 s are left
    assert codes.code("factor", SEED, first, pause) != code and at[0] >= 1_800_000_030.0
    before = at[0]
    codes.code("factor", SEED, object(), pause)
    assert at[0] - before > 25.0, "another step gets a code of its own"


PASSWORD_PAGE = (
    "<title>Sign in</title><h1>Sign in</h1><form method=post action=/code>"
    "<label>Password <input type=password name=p></label><button>Sign in</button></form>"
)
SERVICE = """name: Service account
sites: { shop: { url: https://shop.example, simulator: site } }
secrets:
  password: { description: The password, typed_at: shop, from: "env:PAGE_PASSWORD" }
  factor: { description: A second factor, type: totp, from: env:PAGE_SEED, typed_at: shop }
blocks:
  signed in:
    - expect: button "Sign in" or heading "Lamps"
    - unless: heading "Lamps"
      steps:
        - fill: textbox "Password"
          with: ${password}
        - click: button "Sign in"
          expect: heading "Two steps"
        - fill_code: group "Verification code"
          with: ${factor}
          expect: heading "Lamps"
sections:
  - name: See the lamps
    open: shop /
    navigation: signed in
    ready: heading "Lamps"
    done_when: heading "Lamps"
"""


def test_a_check_signs_a_service_account_in_with_both_factors(
    play: Play, clock: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGE_PASSWORD", "Wq7hZk29LmPx")

    def home(request: Request, site: Site) -> Response:
        inside = request.cookies.get("in") == "yes"
        return HTMLResponse(f"<!doctype html>{'<title>L</title><h1>Lamps</h1>' if inside else PASSWORD_PAGE}")

    def sent(request: Request, site: Site) -> Response:
        right = request.query_params["c"] == MAKER.at(int(one_time_codes.now()))
        answer = RedirectResponse("/", 303)
        if right:
            answer.set_cookie("in", "yes", secure=True)
        return answer

    pages = {"/": home, "/code": PAGES["boxes that move on and send"], "/sent": sent}
    played = play(pages, SERVICE, mode="check")
    assert (played.statuses, played.result.exit) == (["in sync"], 0), played.message
    assert played.site.count("POST", "/code") == 1
    _assert_unseen(played, "Wq7hZk29LmPx")
