"""Navigation: load and reload pages, recognize pages that failed to load, and classify what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Error, Page

from runwright.engine.browser.network import NetworkMonitor
from runwright.engine.browser.tabs import Tabs
from runwright.engine.errors import EnvironmentFailure, first_line
from runwright.engine.next_actions import ActionKind, NextAction
from runwright.evidence.statuses import FailureClass

READY = 30.0
"""Seconds within which a page must load."""
_LASTING = (
    *("NAME_NOT_RESOLVED", "CERT", "INVALID", "TOO_MANY_REDIRECTS", "SSL", "Download is starting"),
    *("PROXY_AUTH", "PROXY_CONNECTION_FAILED", "TUNNEL_CONNECTION_FAILED, HTTP 4"),
)
"""Parts of error messages that name a lasting problem: a retry does not help."""

PROXY_REMEDY = "Set them in the variable https_proxy: http://NAME:PASSWORD@HOST:PORT."
"""The remedy where a proxy refuses the credentials."""
_PROXY_ERRORS = ("PROXY", "TUNNEL_CONNECTION")
"""Parts of error messages about a proxy between browser and server."""
_NO_PAGE = ("Download is starting", "ERR_ABORTED")
"""Parts of error messages about a response without a page: a file, or nothing (204)."""
_WRONG_RESPONSE = ("TOO_MANY_REDIRECTS", "INVALID")
"""Parts of error messages about a response that the browser cannot follow or read."""


_IN_WORDS = {
    "ERR_CONNECTION_REFUSED": "the connection was refused",
    "ERR_CONNECTION_RESET": "the connection was reset",
    "ERR_CONNECTION_TIMED_OUT": "the connection timed out",
    "ERR_ADDRESS_UNREACHABLE": "the server cannot be reached",
    "ERR_NAME_NOT_RESOLVED": "the name of the server is unknown",
    "ERR_PROXY_CONNECTION_FAILED": "the proxy cannot be reached",
    "ERR_PROXY_CERTIFICATE_INVALID": "the proxy has a certificate that is not valid",
    "ERR_PROXY_AUTH_REQUESTED": "the proxy requires a valid user name and password",
    "ERR_TUNNEL_CONNECTION_FAILED": "the proxy does not connect to the server",
    "ERR_CERT_AUTHORITY_INVALID": "its certificate is not signed by an authority that is trusted here",
    "ERR_CERT_COMMON_NAME_INVALID": "its certificate is for another name",
    "ERR_CERT_DATE_INVALID": "its certificate has expired, or is not valid yet",
    "ERR_SSL_PINNED_KEY_NOT_IN_CERT_CHAIN": "its server has another key than the one that `trust` pins",
    "ERR_SSL_CLIENT_AUTH_CERT_NEEDED": "it asks for a certificate of the client",
    "ERR_BAD_SSL_CLIENT_AUTH_CERT": "it does not accept the certificate of the client",
}
"""The browser's errors that people meet most."""


@dataclass(frozen=True)
class LoadProblem:
    """Why an address could not be loaded."""

    message: str
    failure_class: FailureClass

    def failure(self, address: str, remedy_text: str = "") -> EnvironmentFailure:
        """The exception that ends the run."""
        words = next((each for code, each in _IN_WORDS.items() if code in self.message), None)
        text = f"{address} cannot be loaded: {f'{words} ({self.message})' if words else self.message}."
        proxy = remedy_text == PROXY_REMEDY or any(words in self.message for words in _PROXY_ERRORS)
        certificate = any(words in self.message for words in _CERTIFICATES)
        check = ActionKind.CHECK_SITES if certificate and not proxy else ActionKind.CHECK_MACHINE
        return EnvironmentFailure(
            text,
            remedy_text or remedy(self.message),
            failure_class=self.failure_class,
            next_actions=(NextAction(check),) if proxy or certificate else (),
        )


def remedy(problem: str = "") -> str:
    """What to do about a page that did not load."""
    if any(words in problem for words in _PROXY_ERRORS):
        return "Check the proxy that the environment names."
    if "ERR_ABORTED" in problem:
        return "The server sent no page, but nothing (204) or a file. Use `download` to get a file."
    return "Check whether the server is up."


_CERTIFICATES = {
    "CERT_AUTHORITY_INVALID": "Name at the site who signs it: `trust: ca.pem`, or its key: `trust: sha256/…`.",
    "CERT_COMMON_NAME_INVALID": "Check the address. Where the name cannot be right, pin its key: `trust: sha256/…`.",
    "CERT_DATE_INVALID": "Have it renewed, and check the clock of this machine.",
    "PINNED_KEY": "Ask who runs it whether its key was replaced. Only then write the new one: `trust: sha256/…`.",
    "BAD_SSL_CLIENT_AUTH": "Ask its owner whether it trusts who signed the certificate, and whether it is valid still.",
    "SSL_CLIENT_AUTH": "Declare it at the site: `client_certificate: SECRET`, the name of a secret with both in PEM.",
}
"""What to do about TLS, by parts of the browser's errors."""


def _lasting_remedy(problem: str) -> str:
    if certificate := next((each for words, each in _CERTIFICATES.items() if words in problem), None):
        return certificate
    if "PROXY_AUTH" in problem:
        return PROXY_REMEDY
    return remedy(problem) if any(words in problem for words in _PROXY_ERRORS) else "Check the address."


def load(tabs: Tabs, address: str, network: NetworkMonitor, alive: Callable[[], None]) -> LoadProblem | None:
    """Try once to load an address in the current page; returns the problem if a retry may help.

    ``alive`` raises whatever else ends the step, such as a blocked navigation. Raises EnvironmentFailure when no retry
    will help.
    """
    if tabs.ended is not None:
        tabs.replace_all()
    try:
        response = tabs.page.goto(address, wait_until="commit", timeout=READY * 1000)
    except Error as error:
        alive()
        message = first_line(error).removeprefix("Page.goto: ").split(" at http")[0]
        message = network.explain(message, address)
        tabs.replace_all()
        problem = LoadProblem(message, _error_class(message))
        if any(words in message for words in _LASTING):
            raise problem.failure(address, _lasting_remedy(message)) from None
        return problem
    if response is not None and response.status == 407:
        tabs.replace_all()  # the browser still navigates to its own error page
        problem = LoadProblem("the proxy requires a valid user name and password", FailureClass.NETWORK)
        raise problem.failure(address, PROXY_REMEDY)
    if response is not None and _is_server_error(response.status):
        return LoadProblem(f"the server answers {response.status}", _status_class(response.status))
    return None


def reload(page: Page) -> None:
    """Request a page again. It may still fail to load."""
    with suppress(Error):
        page.reload(wait_until="commit", timeout=READY * 1000)


def failed_to_load(page: Page, network: NetworkMonitor) -> bool:
    """Whether a page failed to load: the server sent an error, or nothing. Responses to forms do not count."""
    document = network.document(page.url)
    failed = document is not None and document.request.method == "GET" and _is_server_error(document.status)
    return failed or shows_browser_error(page)


def failed_page_message(network: NetworkMonitor) -> str:
    """What to say of the browser's own error page; where its certificate is the cause, also what to do."""
    problem = network.failed_page
    words = next((each for code, each in _IN_WORDS.items() if code in problem), None)
    remedy_text = next((each for code, each in _CERTIFICATES.items() if code in problem), None)
    if words is None or remedy_text is None:
        return "(the browser could not load the requested page)"
    return f"(the browser could not load the requested page: {words} ({problem}). {remedy_text})"


def failed_page_class(page: Page, network: NetworkMonitor) -> FailureClass | None:
    """The failure class of a page for which the server sent an error, or which the browser could not load."""
    if shows_browser_error(page):
        return FailureClass.NETWORK
    document = network.document(page.url)
    return _status_class(document.status) if document is not None and _is_server_error(document.status) else None


def shows_browser_error(page: Page) -> bool:
    """Whether the browser shows its own error page, because it could not load the requested one."""
    return page.url.startswith("chrome-error:")


def _is_server_error(status: int) -> bool:
    """Whether a status means that the server cannot handle the request now."""
    return status >= 500 or status == 429


def _status_class(status: int) -> FailureClass:
    return FailureClass.RATE_LIMITED if status == 429 else FailureClass.SITE_ERROR


def _error_class(message: str) -> FailureClass:
    """The failure class of the error with which the browser stopped loading a page."""
    if any(words in message for words in _NO_PAGE):
        return FailureClass.PAGE_CHANGED
    wrong = "CERT" not in message and any(words in message for words in _WRONG_RESPONSE)
    return FailureClass.SITE_ERROR if wrong else FailureClass.NETWORK
