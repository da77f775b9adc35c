"""The order of tests, and `play`: runs a runbook against pages that the test defines, in a real browser."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from support.shared_browser import SHARED
from support.short_limits import scale, shorten
from support.site_pages import HOME, Page, Played, Quiet, Site, SiteSimulator

from runwright.engine.run.change_gate import ChangeGate, OpenGate
from runwright.engine.run.launcher import execute
from runwright.engine.run.listener import Listener, Listeners
from runwright.engine.run.options import RunOptions, RunSetup
from runwright.engine.run.plan import make_plan
from runwright.engine.run.procedure import who
from runwright.engine.run.resume import read_prior_run
from runwright.engine.secrets.sources import Terminal
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient

OPEN = OpenGate()
expect.set_options(timeout=60_000)  # ms; Playwright's 5 seconds pass on a busy machine, and no test waits for a failure
SITE_HEAD = """name: A test
sites:
  shop:
    url: https://shop.example
    simulator: site
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first, then those that share a browser, which ends at the first that does not.

    The short ones fill the gaps at the end, if several workers run. Of a test with the mark `quick(n)`, all cases but
    the first n count as slow.
    """
    seen: Counter[str] = Counter()
    for item in items:
        name = item.nodeid.partition("[")[0]
        seen[name] += 1
        quick = item.get_closest_marker("quick")
        if quick is not None and seen[name] > quick.args[0]:
            item.add_marker(pytest.mark.slow)
    items.sort(
        key=lambda item: [*(item.get_closest_marker(name) is None for name in ("slow", "timeout")), _alone(item)]
    )


def _alone(item: pytest.Item) -> bool:
    """Whether a test does not use the shared browser."""
    return "shared_browser" not in getattr(item, "fixturenames", ())


@pytest.fixture(autouse=True)
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the run locks of a test and of the processes that it starts: tests do not exclude each other."""
    state = tmp_path.with_name(f"{tmp_path.name}-state")
    monkeypatch.setenv("RUNWRIGHT_STATE", str(state))
    return state / "locks"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that may start a driver of its own does not find one running in its thread."""
    if _alone(item):
        SHARED.stop()


def pytest_sessionfinish() -> None:
    """End the shared browser."""
    SHARED.stop()


@pytest.fixture
def shared_browser() -> Callable[[], Browser]:
    """`shared_browser()` is the browser of this worker. Use a context of your own, and do not close the browser."""
    return SHARED.get


@pytest.fixture
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits of 10 seconds and more are 3 seconds, for a test that waits until one has passed."""
    shorten(monkeypatch, 3.0)


@pytest.fixture
def full_limits() -> None:
    """The waits and limits of `play` are as long as for users, for a test that depends on their length."""


@pytest.fixture
def play(
    tmp_path: Path,
    shared_browser: Callable[[], Browser],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., Played]]:
    """`play(pages, runbook)` runs the text of a runbook; the site `shop` is declared unless the text declares sites.

    The run waits half as long as for users, unless the test uses `full_limits`.
    """
    if "full_limits" not in request.fixturenames:
        scale(monkeypatch)
    rehearsals: list[Rehearsal] = []

    def run(
        pages: Mapping[str, Page] | Site,
        runbook: str,
        *,
        mode: str = "run",
        inputs: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
        headed: bool = False,
        others: tuple[str, ...] = (),
        interrupt: threading.Event | None = None,
        steps: Path | None = None,
        terminal: Terminal | None = None,
        asked: Callable[[], None] = lambda: None,
        gate: ChangeGate = OPEN,
        open_changes: Mapping[int, Any] | None = None,
        resume: Path | None = None,
        settled: str | None = None,
        listener: Listener | None = None,
    ) -> Played:
        site = pages if isinstance(pages, Site) else Site(pages)
        path = tmp_path / "book.yaml"
        path.write_text(runbook if "sites:" in runbook else SITE_HEAD + runbook, "utf-8")
        book = load(path, vocabulary(*([steps] if steps else [])))
        plan = make_plan(book, inputs or {}, secrets or {}, True, mode)
        kind = type("OneSite", (SiteSimulator,), {"site": site})
        rehearsal = Rehearsal(kinds={"site": kind})
        rehearsals.append(rehearsal)
        rehearsal.__enter__()
        for origin in others:
            simulator = rehearsal.add("site", origin, {})
        client = RehearsalClient(rehearsal.control_url)
        client.open_sites([(each.simulator[0], each.url, dict(each.simulator[1])) for each in plan.sites])
        simulator = rehearsal.site_for(HOME)
        site.effect = lambda kind, **detail: simulator.context.effects.record("shop.example", kind, **detail)
        site.effect_at = simulator.context.effects.record
        site.pause = partial(rehearsal.pause, "shop.example")
        quiet = Quiet(asked)
        if headed:
            SHARED.stop()  # a run with a window starts a browser of its own
        browser = None if headed else shared_browser()
        handed: dict[str, Any] = {"terminal": terminal, "change_gate": gate, "open_changes": open_changes or {}}
        handed["settled"] = settled
        options = RunOptions(tmp_path / "screenshots", headed, browser=browser, **handed)
        prior_run = read_prior_run(resume) if resume is not None else None
        names = [each.name for each in prior_run.settle(settled == "made", who())] if prior_run and settled else []
        listeners = Listeners(*filter(None, (quiet, listener)))
        setup = RunSetup(
            plan, options, listeners, client, interrupt or threading.Event(), prior_run, settled=tuple(names)
        )
        return Played(execute(setup), site, quiet, plan)

    yield run
    for rehearsal in rehearsals:
        rehearsal.__exit__(None, None, None)
