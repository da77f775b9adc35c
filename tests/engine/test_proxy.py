"""Real runs use the proxy of the environment, with and without authentication."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from support.http_site import listening

PASSWORD = "p@ss/word-0815"
WANTED = "Basic " + base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
BOOK = """name: T
sites: { shop: { url: "SITE" } }
sections:
  - name: See the lamp
    open: shop /
    steps:
      - expect: heading "Lamp"
"""


@pytest.fixture
def proxy() -> Iterator[str]:
    """Host and port of a proxy that accepts one user, and answers for every site itself."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers.get("Proxy-Authorization") == WANTED
            body = b"<!doctype html><title>Shop</title><h1>Lamp</h1>" if known else b""
            self.send_response(200 if known else 407)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            if not known:
                self.send_header("Proxy-Authenticate", 'Basic realm="company"')
            self.end_headers()
            self.wfile.write(body)

        do_CONNECT = do_GET

        def log_message(self, *words: object) -> None:
            return

    with listening(Proxy) as port:
        yield f"127.0.0.1:{port}"


def _run(folder: Path, proxy: str, site: str = "http://shop.example") -> subprocess.CompletedProcess[str]:
    (folder / "book.yaml").write_text(BOOK.replace("SITE", site), "utf-8")
    command = [sys.executable, "-m", "runwright", "run", "book.yaml", "--yes"]
    without = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment = {**without, "http_proxy": proxy, "https_proxy": proxy}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=200)


def test_a_proxy_gets_the_user_and_password_of_its_variable(proxy: str, tmp_path: Path) -> None:
    done = _run(tmp_path, f"http://ann:p%40ss%2Fword-0815@{proxy}")
    assert done.returncode == 0, done.stdout + done.stderr
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes(), path
            assert b"p%40ss" not in path.read_bytes(), path


@pytest.mark.parametrize("site", ["http://shop.example", "https://shop.example"])
@pytest.mark.parametrize("who", ["", "ann:wrong@"])
def test_a_proxy_that_refuses_is_reported_with_a_remedy(who: str, site: str, proxy: str, tmp_path: Path) -> None:
    done = _run(tmp_path, f"http://{who}{proxy}", site)
    assert done.returncode == 4, done.stdout + done.stderr
    assert f"{site}/ cannot be loaded: the proxy requires a valid user name and password." in done.stdout
    assert "http://NAME:PASSWORD@HOST:PORT" in done.stdout
