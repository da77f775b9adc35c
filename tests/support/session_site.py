"""A site with sign-in, in the kinds that real sites have, and its identity provider: both over HTTP on this machine.

A person signs in by phone: the sign-in page waits until the server hears of it, in `people`.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Literal
from urllib.parse import parse_qs, quote, urlsplit

from support.http_site import listening

Kind = Literal["cookie", "rotating", "local", "session", "indexed", "opfs", "provider"]
KINDS: tuple[Kind, ...] = ("cookie", "rotating", "local", "session", "indexed", "opfs", "provider")

_STORES = {
    "local": (
        "async () => localStorage.getItem('auth_token')",
        "async (token) => localStorage.setItem('auth_token', token)",
    ),
    "session": (
        "async () => sessionStorage.getItem('auth_token')",
        "async (token) => sessionStorage.setItem('auth_token', token)",
    ),
    "indexed": (
        "() => entries('readonly', (all) => all.get('token'))",
        "(token) => entries('readwrite', (all) => all.put(token, 'token'))",
    ),
    "opfs": (
        "async () => { try { return await (await (await file(false)).getFile()).text(); } catch { return null; } }",
        "async (token) => { const to = await (await file(true)).createWritable(); await to.write(token);"
        " await to.close(); }",
    ),
}
"""How a page reads and writes its token, by kind."""
_LIBRARY = """
const file = async (create) => (await navigator.storage.getDirectory()).getFileHandle('token', {create});
const entries = (mode, ask) => new Promise((resolve, reject) => {
  const opening = indexedDB.open('auth', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('all');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const asked = ask(opening.result.transaction('all', mode).objectStore('all'));
    asked.onsuccess = () => { opening.result.close(); resolve(asked.result); };
    asked.onerror = () => reject(asked.error);
  };
});
"""
_WAIT = """<!doctype html><title>Sign in</title><h1>Sign in</h1><p>NOTE</p><script>
LIBRARY
const write = WRITE;
const wait = async () => {
  const answer = await (await fetch('/person', {method: 'POST'})).json();
  if (!answer.signed_in) return setTimeout(wait, 100);
  if (answer.token) await write(answer.token);
  location = answer.next;
};
wait();
</script>"""
_ASK = """<!doctype html><title>Account</title><main></main><script>
LIBRARY
const read = READ, write = WRITE;
(async () => {
  const answer = await fetch('/me', {method: 'POST', body: await read() ?? ''});
  if (!answer.ok) { location = '/sign-in'; return; }
  const {token, page} = await answer.json();
  await write(token);
  document.querySelector('main').innerHTML = page;
})();
</script>"""


@dataclass
class SessionSite:
    """What the site knows."""

    kind: Kind = "cookie"
    lifetime: int | None = None
    """Seconds after which the session cookie expires in the browser; None for one that ends with the browser."""
    bound: bool = False
    """Whether the site asks the browser to tie the session to a key of the device."""
    people: deque[str] = field(default_factory=deque)
    """Those who will sign in, in this order, each once."""
    in_windows_only: bool = False
    """Whether they sign in only where they see the page: in a browser with a window."""
    things: list[str] = field(default_factory=list)
    """What was added, by whom."""
    once: bool = False
    """Whether a session ends once its account page has been served: nothing that a browser keeps helps."""
    after_seeing: str = ""
    """Whose the sessions are once the account page has been served."""
    shows_token: bool = False
    """Whether the account page shows the session's id."""
    after_adding: str = ""
    """What happens once, right after a thing was added: `expire` ends all sessions, or the name of somebody else."""
    factors: int = 0
    """How often the identity provider has asked for a second factor."""
    requests: list[str] = field(default_factory=list)
    url: str = ""
    provider: str = ""
    sessions: dict[str, str] = field(default_factory=dict)
    """The person by the session's id, or by the token that works once."""
    spent: dict[str, str] = field(default_factory=dict)
    """Tokens that have been used, with their person: one that comes again ends the person's sessions."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    lock: threading.RLock = field(default_factory=threading.RLock)

    def begin(self, person: str) -> str:
        """A new session; its id, which is not to be found elsewhere."""
        token = f"Tok{next(self._numbers):04d}{'aB3xK9' * 4}"
        self.sessions[token] = person
        return token

    def renewed(self, token: str) -> tuple[str, str] | None:
        """The person of a token that works once, and the next one. One that was used before ends the sessions."""
        if token in self.spent:
            person = self.spent[token]
            self.sessions = {key: name for key, name in self.sessions.items() if name != person}
            return None
        person = self.sessions.pop(token, "")
        if not person:
            return None
        self.spent[token] = person
        return person, self.begin(person)

    def page(self, person: str) -> str:
        """The content of the account page."""
        form = "<form method=post action=/things><button>Add</button></form>"
        return f"<h1>Account</h1><p id=who>{person}</p><p>Things: {len(self.things)}</p>{form}"


@contextmanager
def serving(site: SessionSite) -> Iterator[SessionSite]:
    """Serve a site, and its identity provider under another host."""

    class Answer(_Handler):
        known = site

    with ExitStack() as stack:
        site.url = f"http://127.0.0.1:{stack.enter_context(listening(Answer))}"
        site.provider = f"http://localhost:{stack.enter_context(listening(Answer))}"
        yield site


class _Handler(BaseHTTPRequestHandler):
    known: SessionSite

    def log_message(self, *words: object) -> None:
        return

    def do_GET(self) -> None:
        site, parts = self.known, urlsplit(self.path)
        with site.lock:
            site.requests.append(self.path)
            if parts.path == "/authorize":
                self._authorize()
            elif parts.path == "/callback":
                person = parse_qs(parts.query)["code"][0]
                self._moved("/account", self._cookie("sid", site.begin(person)))
            elif parts.path == "/sign-in":
                self._sign_in()
            elif parts.path in ("/account", "/"):
                self._account()
            else:
                self._send(404, "<!doctype html><title>Not here</title>")

    def do_POST(self) -> None:
        site = self.known
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        with site.lock:
            if self.path == "/person":
                self._person()
            elif self.path == "/me":
                found = site.renewed(body)
                if found is None:
                    self._send(401, "")
                else:
                    self._send(200, json.dumps({"token": found[1], "page": site.page(found[0])}))
            elif self.path == "/things":
                self._add()
            else:
                self._send(404, "")

    def _sign_in(self) -> None:
        site = self.known
        if site.kind == "provider":
            self._send(
                200,
                f"<!doctype html><title>Sign in</title><h1>Sign in</h1><a href={site.provider}/authorize>Go</a>"
                f"<script>location = '{site.provider}/authorize'</script>",
            )
            return
        write = _STORES.get(site.kind, ("", "async () => {}"))[1]
        self._send(200, _WAIT.replace("LIBRARY", _LIBRARY).replace("WRITE", write).replace("NOTE", ""))

    def _authorize(self) -> None:
        """The identity provider: a person, and a second factor on a device that it does not remember."""
        site, known = self.known, self._cookies()
        if "provider" in known:
            self._moved(f"{site.url}/callback?code={quote(known['provider'])}")
            return
        device = known.get("device")
        note = "On a known device" if device else "Confirm on your phone: second factor"
        self._send(200, _WAIT.replace("LIBRARY", "").replace("WRITE", "async () => {}").replace("NOTE", note))

    def _person(self) -> None:
        site = self.known
        unseen = site.in_windows_only and "Headless" in (self.headers.get("User-Agent") or "")
        if not site.people or unseen:
            self._send(200, "{}")
            return
        person = site.people.popleft()
        answer: dict[str, object] = {"signed_in": True, "next": "/account"}
        cookies = []
        if site.kind == "provider":
            known = self._cookies()
            site.factors += "device" not in known
            cookies += [self._cookie("device", "Dev9remembered8Aa77x", 86400)]
            answer["next"] = f"{site.url}/callback?code={quote(person)}"
        elif site.kind in ("cookie", "rotating"):
            cookies = [self._cookie("sid", site.begin(person), site.lifetime)]
        else:
            answer["token"] = site.begin(person)
        self._send(200, json.dumps(answer), *cookies)

    def _account(self) -> None:
        site = self.known
        if site.kind in _STORES:
            read, write = _STORES[site.kind]
            script = _ASK.replace("LIBRARY", _LIBRARY).replace("READ", read).replace("WRITE", write)
            self._send(200, script)
            return
        sid = self._cookies().get("sid", "")
        if site.kind == "rotating":
            found = site.renewed(sid)
            if found is not None:
                cookie = self._cookie("sid", found[1], site.lifetime)
                self._send(200, f"<!doctype html><title>Account</title>{site.page(found[0])}", cookie)
                return
        elif sid in site.sessions:
            person = site.sessions.pop(sid) if site.once else site.sessions[sid]
            if site.after_seeing:
                site.sessions = dict.fromkeys(site.sessions, site.after_seeing)
            shown = f"<h2>Your key {sid}</h2>" if site.shows_token else ""
            self._send(200, f"<!doctype html><title>Account</title>{site.page(person)}{shown}")
            return
        self._moved("/sign-in")

    def _add(self) -> None:
        site = self.known
        sid = self._cookies().get("sid", "")
        site.things.append(site.sessions.get(sid, "somebody"))
        after, site.after_adding = site.after_adding, ""
        if after == "expire":
            site.sessions.clear()
        elif after:
            site.sessions = dict.fromkeys(site.sessions, after)
        self._moved("/account")

    def _cookies(self) -> dict[str, str]:
        return {name: each.value for name, each in SimpleCookie(self.headers.get("Cookie") or "").items()}

    @staticmethod
    def _cookie(name: str, value: str, lifetime: int | None = None) -> str:
        return f"{name}={value}; Path=/; HttpOnly" + (f"; Max-Age={lifetime}" if lifetime is not None else "")

    def _moved(self, address: str, *cookies: str) -> None:
        self._send(303, "", *cookies, location=address)

    def _send(self, status: int, text: str, *cookies: str, location: str = "") -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if text[:1] == "{" else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        if location:
            self.send_header("Location", location)
        if self.known.bound:
            self.send_header("Secure-Session-Registration", '(ES256);path="/bind"')
        for each in cookies:
            self.send_header("Set-Cookie", each)
        self.end_headers()
        self.wfile.write(data)
