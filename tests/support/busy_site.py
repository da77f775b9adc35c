"""A site that is busy beside a change: pages poll and keep a WebSocket, and connections are opened ahead.

It speaks HTTP/1.1 without TLS, or HTTP/2, by Playwright's Node. What it was asked to make stands in its log.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright._impl._driver import compute_driver_executable

SCRIPT = r"""
const crypto = require("node:crypto"), fs = require("node:fs");
const http = require("node:http"), http2 = require("node:http2");
const [mode, key, cert] = process.argv.slice(2);
const log = { posts: [], polls: 0, sockets: 0, protocols: [] };
const acts = {
  form: "<form method=post action=/make-form><button>Create</button></form>",
  fetch: "<button onclick=\"send('/make-fetch', {})\">Create</button>",
  keepalive: "<button onclick=\"send('/make-keepalive', {keepalive: true})\">Create</button>",
  beacon: "<button onclick=\"navigator.sendBeacon('/make-beacon', 'x')\">Create</button>",
};
const page = (how) => `<!doctype html><title>Busy</title><link rel=preconnect href="/"><h1>Busy</h1>${acts[how] ?? ""}
<script>
  const send = (path, how) => fetch(path, { method: "POST", body: "x", ...how }).catch(() => 0);
  const link = document.createElement("link");
  Object.assign(link, { rel: "preconnect", href: location.origin, crossOrigin: "anonymous" });
  document.head.append(link);
  setInterval(() => fetch("/poll").catch(() => 0), 40);
  const socket = new WebSocket(location.origin.replace("http", "ws") + "/socket");
  socket.onopen = () => document.body.append(Object.assign(document.createElement("p"), { textContent: "Connected" }));
</script>`;
const answer = (request, response) => {
  const end = (text, type = "text/html") => {
    response.setHeader("Content-Type", type);
    response.end(text);
  };
  if (request.url === "/log") return end(JSON.stringify(log), "application/json");
  if (request.url === "/poll") {
    log.polls += 1;
    return setTimeout(() => end("x", "text/plain"), 30);
  }
  if (request.method !== "POST") return end(page(request.url.slice(1)));
  request.on("data", () => undefined).on("end", () => {
    log.posts.push(request.url);
    log.protocols.push(request.httpVersion);
    if (request.stream) request.stream.session.socket.destroy();
    else request.socket.resetAndDestroy();
  });
};
const secure = mode === "h2";
const server = secure
  ? http2.createSecureServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert), allowHTTP1: true }, answer)
  : http.createServer(answer);
server.on("upgrade", (request, socket) => {
  const whole = request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  const accept = crypto.createHash("sha1").update(whole).digest("base64");
  log.sockets += 1;
  socket.on("error", () => undefined);
  const fields = `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}`;
  socket.write(`HTTP/1.1 101 X\r\n${fields}\r\n\r\n`);
});
for (const each of ["sessionError", "clientError", "tlsClientError"]) {
  server.on(each, (_, socket) => socket?.destroy?.());
}
process.on("uncaughtException", () => undefined);  // connections are broken on purpose
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
"""


@dataclass(frozen=True)
class BusySite:
    """Where it is."""

    url: str

    def log(self) -> dict[str, object]:
        """What it was asked: the paths of `posts` with their `protocols`, the number of `polls` and of `sockets`."""
        found: dict[str, object] = httpx.get(f"{self.url}/log", verify=False, trust_env=False).json()
        return found


@contextmanager
def busy_site(folder: Path, protocol: str) -> Iterator[BusySite]:
    """Serve it over `http/1.1` or `h2`. The files of the server lie in a folder."""
    node, _ = compute_driver_executable()
    script, key, certificate = folder / "busy.js", folder / "key.pem", folder / "certificate.pem"
    script.write_text(SCRIPT, "utf-8")
    if protocol == "h2":
        files = ["-keyout", str(key), "-out", str(certificate), "-subj", "/CN=localhost"]
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        subprocess.run(["openssl", "req", "-x509", "-nodes", *curve, *files], check=True, capture_output=True)
    command = [str(node), str(script), protocol, str(key), str(certificate)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            port = int(server.stdout.readline())
            yield BusySite(f"{'https' if protocol == 'h2' else 'http'}://localhost:{port}")
        finally:
            server.kill()
