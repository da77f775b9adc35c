"""The order of tests, and `play`: it runs a runbook against pages that the test writes, with a real browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from support.site_pages import HOME, Page, Played, Quiet, Site, SiteStandIn

from runwright.engine.run.launcher import execute
from runwright.engine.run.options import Given
from runwright.engine.run.plan import make_plan
from runwright.engine.secrets.sources import Terminal
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient

SITE_HEAD = """title: A test
sites:
  shop:
    url: https://shop.example
    stand_in: site
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first: what is short fills the gaps at the end, where several workers run."""
    items.sort(key=lambda item: [item.get_closest_marker(name) is None for name in ("slow", "timeout")])


@pytest.fixture(autouse=True)
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the locks of a test's runs lie, in the processes that it starts too: tests do not hold each other up."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path / "runwright"


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Callable[..., Played]]:
    """`play(pages, runbook)` runs a runbook's text; `site` is declared unless the text declares sites itself."""
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
    ) -> Played:
        site = pages if isinstance(pages, Site) else Site(pages)
        path = tmp_path / "book.yaml"
        path.write_text(runbook if "sites:" in runbook else SITE_HEAD + runbook, "utf-8")
        book = load(path, vocabulary(*([steps] if steps else [])))
        plan = make_plan(book, inputs or {}, secrets or {}, True, mode)
        kind = type("OneSite", (SiteStandIn,), {"site": site})
        rehearsal = Rehearsal(kinds={"site": kind})
        rehearsals.append(rehearsal)
        rehearsal.__enter__()
        for origin in others:
            stand_in = rehearsal.add("site", origin, {})
        client = RehearsalClient(rehearsal.control_url)
        client.open_sites([(each.stand_in[0], each.url, dict(each.stand_in[1])) for each in plan.sites])
        stand_in = rehearsal.site_for(HOME)
        site.effect = lambda kind, **detail: stand_in.world.effects.record("shop.example", kind, **detail)
        listener = Quiet(asked)
        again = "runwright run book"
        given = Given(tmp_path / "screenshots", headed, f"{again} --headed", again=again, terminal=terminal)
        result = execute(plan, given, listener, interrupt or threading.Event(), client)
        return Played(result, site, listener, plan)

    yield run
    for rehearsal in rehearsals:
        rehearsal.__exit__(None, None, None)
