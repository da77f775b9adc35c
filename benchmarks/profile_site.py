"""An application for the short flow: a person signs in and sets a name. Served on a loopback port."""

from __future__ import annotations

import html
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

USER, PASSWORD = "noor", "a-password-for-benchmarks"

_PAGE = """<!doctype html><html lang="en"><head><title>{title}</title><link rel="stylesheet" href="/style.css"></head>
<body><header><b>Harbour</b></header><main><h1>{title}</h1>{body}</main></body></html>"""
_STYLE = "body { font: 16px sans-serif; margin: 0 } header { background: #234; color: #fff; padding: 12px }\
 main { padding: 1em 2em } label { display: block; margin: .5em 0 } .note { background: #dfd; padding: 8px }"
_SIGN_IN = """<form method="post" action="/sign-in"><label>User name <input name="user"></label>
<label>Password <input name="password" type="password"></label><button>Sign in</button></form>"""
_PROFILE = """{note}<form method="post" action="/profile"><label>Name <input name="name" value="{name}"></label>
<button>Save</button></form><p>Shown to others as <b>{name}</b>.</p>"""


class ProfileServer(ThreadingHTTPServer):
    """Keeps one name; counts how often it was set."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name = "Nobody yet"
        self.saves = 0

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together
    server: ProfileServer

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/style.css":
            self._send(_STYLE, "text/css")
        elif path == "/favicon.ico":
            self._send("", "image/x-icon", status=404)
        elif "signed-in=yes" not in self.headers.get("Cookie", ""):
            self._page("Sign in", _SIGN_IN)
        else:
            note = '<p class="note" role="status">The name is saved.</p>' if query == "saved" else ""
            self._page("Profile", _PROFILE.format(note=note, name=html.escape(self.server.name)))

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if self.path == "/sign-in":
            right = form.get("user") == [USER] and form.get("password") == [PASSWORD]
            self._redirect("/profile", "signed-in=yes; Path=/; HttpOnly" if right else "")
        else:
            self.server.name = form.get("name", [""])[0]
            self.server.saves += 1
            self._redirect("/profile?saved", "")

    def _redirect(self, path: str, cookie: str) -> None:
        self.send_response(303)
        self.send_header("Location", path)
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _page(self, title: str, body: str) -> None:
        self._send(_PAGE.format(title=title, body=body), "text/html; charset=utf-8")

    def _send(self, text: str, kind: str, status: int = 200) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        return


@contextmanager
def served_profile() -> Iterator[ProfileServer]:
    """Serve the application; yields its server."""
    server = ProfileServer()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def runbook(origin: str) -> str:
    """The short flow as a runbook: it asks for no screenshot but those that a run takes of itself."""
    return f"""name: Set the name
sites:
  harbour: {{ url: {origin} }}
inputs:
  name: {{ description: The name that others see }}
secrets:
  password: {{ description: The password of {USER}, typed_at: harbour }}
sections:
  - name: Set the name
    open: harbour /profile
    navigation:
      - when: button "Sign in"
        steps:
          - fill: textbox "User name"
            with: {USER}
            screenshot: none
          - fill: textbox "Password"
            with: ${{password}}
            screenshot: none
          - click: button "Sign in"
            expect: heading "Profile"
            screenshot: none
    ready: heading "Profile"
    done_when: textbox "Name" [value="${{name}}"]
    steps:
      - fill: textbox "Name"
        with: ${{name}}
        screenshot: none
      - click: button "Save"
        changes: true
        expect: status "The name is saved."
"""
