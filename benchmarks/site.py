"""The benchmark's page, served on a loopback port, and its runbook. The script `by_hand` performs the same steps."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = b"""<!doctype html><html lang="en"><title>Members</title>
<style>body { font: 16px sans-serif; margin: 2em }
table { border-collapse: collapse }
td { border: 1px solid; padding: 4px }</style>
<h1>Members</h1>
<form onsubmit="return false"><label>Name <input id="name"></label> <button id="add">Add</button></form>
<p><output id="result">No member was added yet.</output></p>
<table><tr><td>1<td>Alice<td>Owner<tr><td>2<td>Bob<td>Member<tr><td>3<td>Carol<td>Member</table>
<script>
let count = 0;
document.querySelector('#add').onclick = () => {
  document.querySelector('#result').textContent = `${++count}: ${document.querySelector('#name').value}`;
};
</script></html>"""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *arguments: object) -> None:
        return


@contextmanager
def served() -> Iterator[str]:
    """Serve the page; yields its origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def check_runbook(origin: str) -> str:
    """A runbook with one section that is in sync."""
    return f"""name: Members
sites: {{ shop: {{ url: {origin} }} }}
sections:
  - name: Bob is a member
    open: shop /
    ready: heading "Members"
    done_when: row containing "Bob"
"""


def runbook(origin: str, steps: int) -> str:
    """A runbook with the given number of steps, alternately fills and clicks."""
    lines = ["name: Members", "sites:", f"  shop: {{ url: {origin} }}", "sections:"]
    lines += ["  - name: Add members", "    open: shop /", "    steps:"]
    for number in range(steps // 2):
        lines += ['      - fill: textbox "Name"', f"        with: member {number}", '      - click: button "Add"']
    return "\n".join(lines) + "\n"
