"""How costs grow with a page: one step, reading what it offers again, and the search for secrets, by count of controls.

Processor time of the page's own thread and of this process, since other programs do not change it; the time of a step
is that of the clock. Each figure is a median. The exponent of growth is the slope of the logarithms: 1 where twice as
many controls take twice as long, 0 where they make no difference.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from math import log
from statistics import median

from playwright.sync_api import Page

from runwright.engine.browser.cdp_sessions import CdpSessions
from runwright.engine.browser.launch import launched
from runwright.engine.browser.page_scripts import OBSERVE
from runwright.engine.browser.playwright_driver import driver
from runwright.engine.browser.redaction import RedactionSearch, areas_to_redact
from runwright.engine.browser.settle import WATCH
from runwright.engine.browser.snapshot import PageReader
from runwright.engine.secrets.secret_forms import SecretForms
from runwright.language.secret_value import Secret

SIZES = (10, 1000, 20_000)
"""Counts of controls."""
_CHANGE = "(n) => { document.querySelector('#result').textContent = `Member ${n}`; }"
_READINGS = 4
_FIRST = "the first reading of what a page offers"
_SAME = "reading it again, unchanged"
_CHANGED = "reading it again after a change"
_SECRETS = "search for secrets after a change"


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """The slope of the line that fits the logarithms of costs over those of sizes best."""
    across, down = [log(each) for each in sizes], [log(each) for each in costs]
    middle, level = sum(across) / len(across), sum(down) / len(down)
    products = sum((x - middle) * (y - level) for x, y in zip(across, down, strict=True))
    return products / sum((x - middle) ** 2 for x in across)


def query_costs(address: Callable[[int], str], sizes: Sequence[int] = SIZES, times: int = 5) -> dict[str, list[float]]:
    """Processor seconds of each query, by size, on the pages at the addresses."""
    found: dict[str, list[float]] = {name: [] for name in (_FIRST, _SAME, _CHANGED, _SECRETS)}
    with driver() as playwright, launched(playwright, False) as browser:
        for size in sizes:
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            context.add_init_script(WATCH)
            page = context.new_page()
            page.goto(address(size), timeout=120_000)
            for name, cost in _costs(page, times).items():
                found[name].append(cost)
            context.close()
    return found


def _costs(page: Page, times: int) -> dict[str, float]:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    reader, sessions = PageReader(), CdpSessions()
    secret, forms = Secret("token", "kept-from-every-eye-4711"), SecretForms()
    forms.add(secret.name, secret.reveal())
    search = RedactionSearch(forms.find, (secret,))

    def busy() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

    def cost(query: Callable[[], object], changed: bool = True) -> float:
        taken = []
        for number in range(times):
            if changed:
                page.evaluate(_CHANGE, number)
            before, started = busy(), time.process_time()
            query()
            taken.append(time.process_time() - started + busy() - before)
        return median(taken)

    def for_secrets() -> None:
        page.evaluate(OBSERVE)
        areas_to_redact(sessions, page, search)

    before, started = busy(), time.process_time()
    reader.read(page)
    first = time.process_time() - started + busy() - before
    for _ in range(_READINGS):  # the first ones of a large page are not complete
        reader.read(page)
    for_secrets()
    return {
        _FIRST: first,
        _SAME: cost(lambda: reader.read(page), changed=False),
        _CHANGED: cost(lambda: reader.read(page)),
        _SECRETS: cost(for_secrets),
    }


def table(costs: Mapping[str, Sequence[float]], sizes: Sequence[int] = SIZES) -> list[str]:
    """The lines of the table: milliseconds by size, and the exponent of growth."""
    return [
        f"| work | {' | '.join(f'{each:,} controls' for each in sizes)} | exponent |",
        f"|---|{'---|' * len(sizes)}---|",
        *(
            f"| {name} | {' | '.join(f'{each * 1000:.1f} ms' for each in found)} | {exponent(sizes, found):.2f} |"
            for name, found in costs.items()
        ),
    ]
