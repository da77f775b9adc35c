"""A simulator, a secret source, a listener, a report and a credential pattern."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from runwright import CredentialPattern, NullListener, Simulator, StepEvent

PATTERNS = [CredentialPattern("acme key", r"acme_[a-z0-9]{16}")]


class AcmeSimulator(Simulator):
    """One page with a note, a password field, and a key that Acme's pattern knows."""

    kind = "acme"

    def app(self):
        page = (
            "<!doctype html><title>Acme</title><h1>Acme</h1><h2>acme_0123456789abcdef</h2><label>Note <input></label>"
        )
        page += "<label>Password <input type=password></label>"
        return Starlette(routes=[Route("/", lambda request: HTMLResponse(page))])

    def cookies(self):
        return []

    def state(self):
        return {}

    def reset(self):
        return


def read_secret(rest):
    return f"value of {rest}"


class AcmeListener(NullListener):
    def step_ends(self, event: StepEvent):
        with Path("heard.txt").open("a", encoding="utf-8") as file:
            file.write(f"{event.name}\n")


def summary(events):
    return f"{len(events)} events, {events[-1].status}\n".encode()
