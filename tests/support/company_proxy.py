"""A company's proxy on this machine: requires a name and password, leads every name to local servers, and counts."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer

USER, PASSWORD = "ann", "p@ss/word-0815"
CREDENTIALS = "ann:p%40ss%2Fword-0815"
_WANTED = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@dataclass
class CompanyProxy:
    """What a proxy was asked, and how it answers."""

    ports: dict[str, int]
    """The local port for each host."""
    refuses: int | None = None
    """The status with which it refuses everything."""
    port: int = 0
    asked: list[str] = field(default_factory=list)
    """The request lines that it accepted."""
    connections: int = 0


class _Answer(StreamRequestHandler):
    def handle(self) -> None:
        proxy: CompanyProxy = self.server.proxy  # type: ignore[attr-defined]
        proxy.connections += 1
        with suppress(OSError, ValueError):
            if self.rfile.peek(1)[:1] == b"\x05":
                self._socks(proxy)
                return
            while self._request(proxy):
                continue

    def _request(self, proxy: CompanyProxy) -> bool:
        line = self.rfile.readline().decode()
        if not line:
            return False
        fields: dict[str, str] = {}
        while (each := self.rfile.readline().decode()) not in ("\r\n", "\n", ""):
            name, _, value = each.partition(":")
            fields[name.lower()] = value.strip()
        method, target, _ = line.split()
        length = int(fields.get("content-length", 0))
        body = self.rfile.read(length) if method != "CONNECT" and length else b""
        if fields.get("proxy-authorization") != _WANTED:
            challenge = 'Proxy-Authenticate: Basic realm="company"\r\n'
            self.wfile.write(f"HTTP/1.1 407 Who?\r\n{challenge}Content-Length: 0\r\n\r\n".encode())
            return True
        proxy.asked.append(f"{method} {target}")
        if proxy.refuses is not None:
            self.wfile.write(f"HTTP/1.1 {proxy.refuses} No\r\nContent-Length: 0\r\n\r\n".encode())
            return True
        if method == "CONNECT":
            self._lead(proxy.ports[target.rpartition(":")[0]], b"HTTP/1.1 200 Connected\r\n\r\n")
            return False
        host, _, path = target.removeprefix("http://").partition("/")
        with socket.create_connection(("127.0.0.1", proxy.ports[host.partition(":")[0]]), 30) as there:
            kept = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if not name.startswith("proxy"))
            kept = kept.replace("connection: keep-alive", "connection: close")
            there.sendall(f"{method} /{path} HTTP/1.1\r\n{kept}\r\n".encode() + body)
            while data := there.recv(65536):
                self.wfile.write(data)
        return False

    def _socks(self, proxy: CompanyProxy) -> None:
        self.rfile.read(1)
        self.rfile.read(self.rfile.read(1)[0])
        self.wfile.write(b"\x05\x02")
        self.rfile.read(1)
        user = self.rfile.read(self.rfile.read(1)[0]).decode()
        password = self.rfile.read(self.rfile.read(1)[0]).decode()
        known = (user, password) == (USER, PASSWORD)
        self.wfile.write(b"\x01\x00" if known else b"\x01\x01")
        if not known:
            return
        self.rfile.read(4)
        host = self.rfile.read(self.rfile.read(1)[0]).decode()
        port = int.from_bytes(self.rfile.read(2), "big")
        proxy.asked.append(f"SOCKS {host}:{port}")
        self._lead(proxy.ports[host], b"\x05\x00\x00\x01" + bytes(6))

    def _lead(self, port: int, answer: bytes) -> None:
        """Pass bytes between the client and a local port, until either ends."""
        with socket.create_connection(("127.0.0.1", port), 60) as there:
            self.wfile.write(answer)

            def back() -> None:
                with suppress(OSError):
                    while data := there.recv(65536):
                        self.wfile.write(data)
                with suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)

            thread = threading.Thread(target=back, daemon=True)
            thread.start()
            with suppress(OSError):
                while data := self.rfile.read1(65536):
                    there.sendall(data)
            with suppress(OSError):
                there.shutdown(socket.SHUT_RDWR)
            thread.join(5)


class _Server(ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 50

    def handle_error(self, *words: object) -> None:
        return  # clients break connections


@contextmanager
def company_proxy(ports: dict[str, int], secure: ssl.SSLContext | None = None) -> Iterator[CompanyProxy]:
    """A proxy that leads hosts to ports of this machine; with ``secure``, one that is spoken to over TLS."""
    proxy = CompanyProxy(ports)
    with _Server(("127.0.0.1", 0), _Answer, bind_and_activate=True) as server:
        if secure is not None:
            server.socket = secure.wrap_socket(server.socket, server_side=True)
        server.proxy = proxy  # type: ignore[attr-defined]
        proxy.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield proxy
        finally:
            server.shutdown()
