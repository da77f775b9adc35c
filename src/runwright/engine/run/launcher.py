"""What surrounds a run: its browser, the proof that a rehearsal is one, its folder; closed however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Event, Thread

from playwright.sync_api import Browser, BrowserContext, Error

from runwright.engine.browser.launch import driver, launch
from runwright.engine.browser.tabs import first_line
from runwright.engine.errors import NotUsable
from runwright.engine.run.listener import Listener
from runwright.engine.run.options import Backdrop, Given, Result
from runwright.engine.run.plan import Plan
from runwright.engine.secrets.scrub import Scrubber
from runwright.engine.secrets.vault import Vault
from runwright.evidence.atomic_io import EvidenceError
from runwright.language.runbook_model import Window


def execute(plan: Plan, given: Given, listener: Listener, interrupt: Event, backdrop: Backdrop | None) -> Result:
    """Run it, with a browser of its own, and leave a folder of evidence.

    Raises NotUsable when there is no browser, a stand-in does not answer, or the disk takes no evidence.
    """
    Thread(target=_get_ready, daemon=True).start()  # while the browser starts
    scrubber = Scrubber()
    vault = Vault(plan.runbook.secrets, scrubber)
    for name, value in plan.secrets.items():
        vault.put(name, value)
    folder = None
    with driver() as playwright:
        browser = launch(playwright, given.headed, backdrop.browser_args() if backdrop else ())
        from runwright.engine.run.evidence_writer import Recorder
        from runwright.engine.run.runner import Run
        from runwright.evidence.run_folder import RunFolder, last_head, run_id

        try:
            with _context(browser, plan) as context:
                if backdrop is not None:
                    _prove(context, backdrop)
                run = run_id(datetime.now(UTC), rehearsal=plan.rehearsal)
                previous = last_head(given.out / plan.runbook.name)
                folder = RunFolder.create(given.out, plan.runbook.name, run, scrubber)
                recorder = Recorder(folder, scrubber, plan, run, previous)
                return Run(plan, given, listener, interrupt, backdrop, recorder, vault, browser, context).go()
        except EvidenceError as error:
            kept = "What was journalled until then is on disk." if folder is not None else "Nothing was begun."
            remedy = f"{kept} Make room, or choose another place with --out."
            raise NotUsable(str(error), remedy, folder.path if folder is not None else None) from None
        finally:
            with suppress(Error):
                browser.close()


def _get_ready() -> None:
    """Import what a run needs once it has a browser, and what ends it."""
    import runwright.engine.run.runner
    import runwright.evidence.seal  # noqa: F401
    from runwright.evidence.reports.html_report import prepare

    prepare()


@contextmanager
def _context(browser: Browser, plan: Plan) -> Iterator[BrowserContext]:
    window = plan.runbook.browser
    width, height = window.size()
    try:
        context = browser.new_context(
            locale=window.locale,
            timezone_id=window.time_zone,
            viewport={"width": width, "height": height},
            device_scale_factor=float(window.scale),
            service_workers="block",
        )
        if window != Window():
            context.new_page().close()  # the browser refuses a time zone or a language when the first page comes
    except Error as error:
        message = f"The browser cannot be set up: {first_line(error)}"
        raise NotUsable(message, "Look at `browser:` in the runbook.") from None
    try:
        yield context
    except Error as error:
        raise NotUsable(f"The browser was lost before the run began: {first_line(error)}") from None
    finally:
        with suppress(Error):  # where the browser is gone there is nothing to close
            context.close()


def _prove(context: BrowserContext, backdrop: Backdrop) -> None:
    """Fetch the nonce through the browser from every stand-in, so that no rehearsal can reach a real site."""
    page = context.new_page()
    for address in backdrop.nonce_urls():
        try:
            response = page.goto(address, timeout=10_000)
            text = response.text().strip() if response is not None else ""
        except Error as error:
            text = first_line(error)
        if text != backdrop.nonce:
            message = f"The browser does not reach the stand-in of {address.split('/.well-known')[0]}: {text[:200]}"
            raise NotUsable(message, "A proxy policy of this machine may overrule the mapping of addresses.")
    page.close()
