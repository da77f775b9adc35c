"""Starts a run: launches the browser, proves that a rehearsal is one, creates the run folder, and closes everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from threading import Thread

from playwright.sync_api import Browser, BrowserContext, Error, ProxySettings

from runwright.engine.browser.browser_state import NOTHING, BrowserState, ContextOf
from runwright.engine.browser.connection_gateway import ConnectionGateway
from runwright.engine.browser.environment_proxies import (
    EnvironmentProxies,
    ProxyAddressError,
    environment_proxies,
)
from runwright.engine.browser.launch import can_show_windows, launch_beside, launched, other_proxy
from runwright.engine.browser.playwright_driver import driver
from runwright.engine.browser.tls_relays import TlsRelays
from runwright.engine.errors import EnvironmentFailure, first_line
from runwright.engine.run.options import RehearsalBackend, RunResult, RunSetup
from runwright.engine.run.plan import Plan
from runwright.engine.run.site_credentials import authenticator_of, own_browser_needed, relays_of
from runwright.engine.secrets.scrub import Scrubber
from runwright.engine.secrets.vault import Vault
from runwright.engine.site_origins import Sites
from runwright.evidence.atomic_io import EvidenceError
from runwright.language.runbook_model import Window


def execute(setup: RunSetup) -> RunResult:
    """Run a plan in a browser, its own or the caller's, and leave a run folder with the evidence.

    Raises EnvironmentFailure if there is no browser, a simulator does not answer, or the evidence cannot be written.
    """
    given, relays = setup.options.browser, relays_of(setup.plan)
    if given is not None and relays is not None:
        raise own_browser_needed()
    if given is not None:
        return _execute_in(given, setup)
    if setup.early is None:
        Thread(target=import_ahead, daemon=True).start()
    arguments = list(setup.backend.browser_args()) if setup.backend is not None else []
    arguments += relays.browser_args() if relays is not None else []
    early = setup.early
    if early is not None and early.browser is not None and not arguments:
        return _execute_in(early.browser, setup)
    with (
        nullcontext(early.playwright) if early is not None else driver() as playwright,
        launched(playwright, setup.options.headed, arguments) as browser,
    ):
        return _execute_in(browser, setup, relays)


def _execute_in(browser: Browser, setup: RunSetup, relays: TlsRelays | None = None) -> RunResult:
    """Run a plan in a browser that is there already; with ``relays``, in one that was started with their flags."""
    from runwright.engine.run.evidence_writer import EvidenceWriter
    from runwright.engine.run.kept_sessions import combined, register
    from runwright.engine.run.runner import Runner
    from runwright.evidence.run_folder import RunFolder, last_digest, run_id

    plan, options = setup.plan, setup.options
    scrubber = Scrubber(setup.credentials)
    vault = vault_of(plan, scrubber)
    for session in setup.sessions:
        register(vault.hide, session.site, session.state)
    folder = None
    with ExitStack() as closing:
        gateway = _gateway(closing, setup.backend, plan, scrubber, relays)
        forgiving = setup.backend is not None and options.browser is not None

        def fresh() -> AbstractContextManager[BrowserContext]:
            return _fresh(browser, plan, gateway, forgiving, setup.backend)

        beside = partial(_beside, browser, plan) if setup.backend is None and can_show_windows() else None
        try:
            with _context(browser, plan, gateway, forgiving, combined(setup.sessions)) as context:
                if setup.backend is not None:
                    _prove(context, setup.backend)
                run = options.run_id or run_id(datetime.now(UTC), rehearsal=plan.rehearsal)
                previous = last_digest(options.out / plan.runbook.slug)
                folder = RunFolder.create(options.out, plan.runbook.slug, run, scrubber)
                evidence = EvidenceWriter(folder, scrubber, plan, run, previous)
                resumed = setup.prior_run.folders if setup.prior_run is not None else {}
                if setup.memory is not None:
                    setup.memory.begun(run, folder.path, resumed)
                runner = Runner(setup, evidence, vault, context, gateway, fresh, beside)
                closing.callback(runner.close)  # once its pages are closed

                def leave() -> None:
                    with suppress(Error):  # the browser may be gone
                        context.close()
                        if options.browser is None:
                            browser.close()

                result = runner.go(leave)
                if setup.memory is not None:
                    setup.memory.ended(run, folder.path, resumed, result.exit != 0 and _may_be_open(setup, result))
                return result
        except EvidenceError as error:
            state = "The journal up to this point is on disk." if folder is not None else "Nothing was changed."
            remedy = f"{state} Free some space, or choose another folder for the evidence."
            raise EnvironmentFailure(str(error), remedy, folder.path if folder is not None else None) from None


@contextmanager
def sign_in_browser(launch: Callable[[Sequence[str]], Browser], plan: Plan) -> Iterator[ContextOf]:
    """A browser for a sign-in outside of a run: opens contexts as a run of the plan has them.

    ``launch`` starts it with these flags. It, and each context, raises EnvironmentFailure.
    """
    relays = relays_of(plan)
    browser = launch(relays.browser_args() if relays is not None else [])
    try:
        yield lambda state: _sign_in_context(browser, plan, relays, state)
    finally:
        with suppress(Error):
            browser.close()


@contextmanager
def _sign_in_context(
    browser: Browser, plan: Plan, relays: TlsRelays | None, state: BrowserState
) -> Iterator[BrowserContext]:
    with ExitStack() as closing:
        gateway = _gateway(closing, None, plan, Scrubber(), relays)
        yield closing.enter_context(_context(browser, plan, gateway, False, state))


def _beside(browser: Browser, plan: Plan) -> AbstractContextManager[ContextOf]:
    """Another browser, with a window, in which a person signs in for a run without one. Raises EnvironmentFailure."""
    anywhere = replace(plan, sites=Sites(replace(site, own_requests=False) for site in plan.sites))
    return sign_in_browser(lambda flags: launch_beside(browser, flags), anywhere)


def _gateway(
    closing: ExitStack,
    backend: RehearsalBackend | None,
    plan: Plan,
    scrubber: Scrubber,
    relays: TlsRelays | None = None,
) -> ConnectionGateway | None:
    """The gateway of the run; None for a real run where the browser has to find its way to a proxy by itself."""
    proxies = _proxies() if backend is None else None
    if backend is None and proxies is None and other_proxy():
        if relays is not None:
            message = "`trust` and `client_certificate` do not work with the proxy of the desktop's settings."
            raise EnvironmentFailure(message, "Name the proxy in the variable https_proxy.")
        return None
    for password in proxies.secrets() if proxies is not None else ():
        scrubber.register("proxy password", password)
    try:
        route = backend.route if backend is not None else None
        allows = plan.sites.has_endpoint if plan.sites.own_requests else None
        return closing.enter_context(ConnectionGateway(route, allows, proxies, relays))
    except OSError as error:
        remedy = "It needs a port on 127.0.0.1 and a few open files."
        raise EnvironmentFailure(f"The gateway does not start: {error}", remedy) from None


def _proxies() -> EnvironmentProxies | None:
    """The proxies of the environment. Raises EnvironmentFailure for an address that is not one."""
    try:
        return environment_proxies()
    except ProxyAddressError as error:
        raise EnvironmentFailure(str(error), "Write it as http://NAME:PASSWORD@HOST:PORT, or unset it.") from None


def vault_of(plan: Plan, scrubber: Scrubber) -> Vault:
    """A vault with the secrets of a plan, which are registered with the scrubber."""
    vault = Vault(plan.runbook.secrets, scrubber)
    for name, value in plan.secrets.items():
        vault.put(name, value)
    return vault


def import_ahead() -> None:
    """Import what a run needs once the browser has started, and what writes its reports."""
    import runwright.engine.run.runner
    import runwright.evidence.seal  # noqa: F401
    from runwright.evidence.reports.html_report import prepare

    prepare()


@contextmanager
def _context(
    browser: Browser,
    plan: Plan,
    gateway: ConnectionGateway | None,
    ignore_https_errors: bool,
    state: BrowserState = NOTHING,
) -> Iterator[BrowserContext]:
    window = plan.runbook.browser
    width, height = window.size()
    try:
        context = browser.new_context(
            locale=window.locale,
            timezone_id=window.time_zone,
            viewport={"width": width, "height": height},
            device_scale_factor=float(window.scale),
            service_workers="block",
            proxy=ProxySettings(server=gateway.server) if gateway is not None else None,
            ignore_https_errors=ignore_https_errors,
            storage_state=state.storage_state() if state != NOTHING else None,
        )
        authenticator_of(plan).install(context)
        if window != Window():
            context.new_page().close()  # the browser rejects a time zone or a locale only with the first page
    except Error as error:
        message = f"The browser cannot be set up: {first_line(error)}"
        raise EnvironmentFailure(message, "Check `browser:` in the runbook.") from None
    try:
        yield context
    except Error as error:
        raise EnvironmentFailure(f"The browser closed before the run started: {first_line(error)}") from None
    finally:
        with suppress(Error):  # the browser may be gone
            context.close()


@contextmanager
def _fresh(
    browser: Browser,
    plan: Plan,
    gateway: ConnectionGateway | None,
    ignore_https_errors: bool,
    backend: RehearsalBackend | None,
) -> Iterator[BrowserContext]:
    """Another context of the run: with the settings of the first, and nobody signed in."""
    with _context(browser, plan, gateway, ignore_https_errors) as context:
        if backend is not None:
            _prove(context, backend)
            context.clear_cookies()  # those of the person who is signed in when a rehearsal begins
        yield context


def _prove(context: BrowserContext, backend: RehearsalBackend) -> None:
    """Fetch the nonce of every simulator through the browser, so that no rehearsal can reach a real site."""
    page = context.new_page()
    for address in backend.nonce_urls():
        try:
            response = page.goto(address, timeout=10_000)
            text = response.text().strip() if response is not None else ""
        except Error as error:
            text = first_line(error)
        if text != backend.nonce:
            site = address.split("/.well-known")[0]
            message = f"The browser does not reach the simulator of {site}: {text[:200]}"
            raise EnvironmentFailure(message, "A proxy policy of this machine may override the address mapping.")
    page.close()


def _may_be_open(setup: RunSetup, result: RunResult) -> bool:
    """Whether a run that did not succeed, or one that it resumed, has begun a change."""
    return setup.prior_run is not None or any(step.outcome is not None for step in result.steps)
