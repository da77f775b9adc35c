"""Settling costs nothing where nothing is in progress, and waits where something is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from runwright.engine.browser.network import NetworkMonitor
from runwright.engine.browser.settle import QUIET, WATCH, settle

ROUNDS = """addEventListener('rounds', () => {
  const seen = window[Symbol.for('settling')], later = seen.later;
  window.rounds = 0;
  seen.later = (act, wait) => { window.rounds += 1; return later(act, wait); };
});"""
"""Counts how often settling looks again at the page, from the event `rounds` on."""


@pytest.fixture
def page(shared_browser: Callable[[], Browser]) -> Iterator[tuple[Page, NetworkMonitor]]:
    context = shared_browser().new_context()
    context.add_init_script(WATCH)
    context.add_init_script(ROUNDS)
    network = NetworkMonitor(context)
    yield context.new_page(), network
    context.close()


def rounds(page: Page, network: NetworkMonitor, click: bool = False) -> int:
    """How often settling had to look again, after a click or without one; 0 if the page was at rest at once."""
    page.evaluate("dispatchEvent(new Event('rounds'))")
    if click:
        page.click("button")
    assert settle(page, network).at_rest
    return int(page.evaluate("rounds"))


def fewest(page: Page, network: NetworkMonitor) -> int:
    """The fewest rounds of some clicks: what must wait does so every time, a busy machine delays only some."""
    return min(rounds(page, network, click=True) for _ in range(9))


def test_a_static_page_settles_at_once(page: tuple[Page, NetworkMonitor]) -> None:
    page[0].goto("data:text/html,<h1>Still</h1>" + "<p>text</p>" * 200)
    settle(*page)

    assert rounds(*page) == 0, "it waits although nothing changed"


STILL = "<h1>Still</h1><p id=shown>0</p><form><input aria-label=Name><button>Go</button></form>"
ACTIVE = {
    "a script": "<script>0</script>",
    "a script that is gone": "<script>document.currentScript.remove()</script>",
    "a script in a part that is gone": "<b><i><script>document.querySelector('b').remove()</script></i></b>",
    "a script of a component": "<div><template shadowrootmode=open><script>0</script></template></div>",
    "a handler": "<button type=button onclick='0'>Act</button>",
    "an address that is a script": "<a href=' javascript:0'>Act</a>",
    "another document": "<iframe></iframe>",
}
"""What may change a document once it is loaded."""


def test_a_loaded_page_without_a_script_is_at_rest_at_once(page: tuple[Page, NetworkMonitor]) -> None:
    page[0].goto(f"data:text/html,{STILL}")
    assert rounds(*page) == 0, "it waits although nothing can change the page"


@pytest.mark.parametrize("what", ACTIVE)
def test_a_loaded_page_that_a_script_may_change_is_watched(page: tuple[Page, NetworkMonitor], what: str) -> None:
    page[0].goto(f"data:text/html,{STILL}{ACTIVE[what]}")
    assert rounds(*page) > 0, "it does not wait for the changes of a script"


LATER = {
    "timers": "n === 20 || setTimeout(step, 50)",
    "frames": "n === 20 || requestAnimationFrame(step)",
    "short timers": "n === 20 || setTimeout(step, 15)",
    "an interval": "n === 1 && setInterval(() => { n < 20 && step(); }, 40)",
    "late timers": "n === 20 || (setTimeout(busy, 0), setTimeout(step, 20))",
    "idle callbacks": "n === 20 || requestIdleCallback(step)",
    "observers of sizes": "n === 20 || (shown.style.width = `${100 + n}px`)",
    "messages": "n === 20 || port.postMessage(0)",
}
"""How a page schedules its next change after each change."""


@pytest.mark.parametrize("how", LATER)
def test_settling_waits_for_all_changes_that_a_click_causes(page: tuple[Page, NetworkMonitor], how: str) -> None:
    page[0].goto(
        f"""data:text/html,<button onclick="step()">Go</button><p id=shown></p><script>
        const channel = new MessageChannel(), port = channel.port2;
        let n = 0; channel.port1.onmessage = () => step();
        {"new ResizeObserver(() => n && step()).observe(shown);" if how == "observers of sizes" else ""}
        function busy() {{ const start = performance.now(); while (performance.now() < start + 100); }}
        function step() {{ n += 1; shown.textContent = n; {LATER[how]} }}</script>"""
    )
    settle(*page)
    page[0].click("button")
    settle(*page)
    assert page[0].inner_text("p") == "20"


def test_settling_does_not_wait_for_endless_frames_that_change_nothing(
    page: tuple[Page, NetworkMonitor],
) -> None:
    page[0].goto(
        "data:text/html,<button onclick='n.textContent += 1'>Go</button><p id=n></p>"
        "<script>const turn = () => requestAnimationFrame(turn); turn()</script>"
    )
    settle(*page)
    # a round takes 10 ms or more, and settling gives such callbacks up after twenty times the quiet time
    assert fewest(*page) < 5 * QUIET * 100


def test_settling_does_not_wait_after_a_click_that_changes_the_page_at_once(page: tuple[Page, NetworkMonitor]) -> None:
    page[0].goto("data:text/html,<button onclick='n.textContent += 1'>Go</button><p id=n></p>")
    settle(*page)
    assert fewest(*page) < 0.7 * QUIET * 100, "it waits although nothing is pending"


def test_a_page_cannot_see_that_its_timers_are_recorded(page: tuple[Page, NetworkMonitor]) -> None:
    page[0].goto("data:text/html,<p>page")
    for name in ("setTimeout", "setInterval", "requestAnimationFrame"):
        seen = page[0].evaluate(f"[{name}.name, {name}.length, String({name}), Object.keys(window).includes('{name}')]")
        bare = page[0].evaluate(
            f"""() => {{ const frame = document.body.appendChild(document.createElement('iframe'));
            const one = frame.contentWindow.{name}; frame.remove(); return [one.name, one.length]; }}"""
        )
        assert seen[:2] == bare
        assert "[native code]" in seen[2] and seen[3]
    for made in ("new ResizeObserver(() => {})", "new BroadcastChannel('one')"):
        kind = made.split("(")[0].removeprefix("new ")
        traits = page[0].evaluate(
            f"(() => {{ const one = {made}; return [one instanceof {kind}, one.constructor === {kind},"
            f" Object.keys({kind}.prototype).includes('constructor'), {kind}.name]; }})()"
        )
        assert traits == [True, True, False, kind]
    answered = page[0].evaluate(
        "new Promise((done) => { const one = setTimeout(() => done('too late'), 1); clearTimeout(one);"
        " setTimeout((...args) => done(args), 20, 'a', 'b'); })"
    )
    assert answered == ["a", "b"]


def test_settling_waits_for_a_page_that_changes_for_a_while(page: tuple[Page, NetworkMonitor]) -> None:
    page[0].goto("data:text/html,<p id=n></p>")
    settle(*page)
    page[0].evaluate(
        """() => { let n = 0; const step = () => { document.getElementById('n').textContent = ++n;
        if (n < 20) setTimeout(step, 50); }; step(); }"""
    )
    settle(*page)
    assert page[0].inner_text("#n") == "20"


def test_settling_waits_for_a_finite_animation_and_not_for_an_endless_one(page: tuple[Page, NetworkMonitor]) -> None:
    style = "<style>@keyframes a { to { opacity: .2 } } .endless { animation: a 1s infinite }</style>"
    page[0].goto(f"data:text/html,{style}<div class=endless>x</div><div id=one>y</div>")
    settle(*page)
    page[0].evaluate("{ window.fading = document.getElementById('one').animate({ opacity: [1, 0] }, 700); }")
    assert settle(*page).at_rest, "it waits for the endless one"
    assert page[0].evaluate("fading.playState") == "finished"


def test_settling_gives_up_on_a_page_that_is_never_at_rest(page: tuple[Page, NetworkMonitor]) -> None:
    page[0].goto("data:text/html,<p id=n></p><script>setInterval(() => { n.textContent = Date.now() }, 20)</script>")
    asked = 0

    def watch() -> None:
        nonlocal asked
        asked += 1

    assert not settle(page[0], page[1], timeout=1.0, watch=watch).at_rest
    # a query takes 0.2 seconds or what is left of the second; one that the machine delays leaves less for the others
    assert 1 <= asked <= 6, "it goes on after its time"
