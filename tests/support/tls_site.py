"""Sites of a test over TLS on this machine: with any certificate and key, basic auth, client certificates."""

from __future__ import annotations

import base64
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LAMP = "<!doctype html><title>Shop</title><h1>Lamp</h1>"


class Key:
    """A key of a server, and certificates for it that it signs itself."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    def pem(self, host: str, days: int = 30) -> str:
        """Key and self-signed certificate for a host, valid until in some days."""
        now = datetime.now(UTC)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        key = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return (key + certificate.public_bytes(serialization.Encoding.PEM)).decode()


def serving(pem: str, folder: Path) -> ssl.SSLContext:
    """A context that serves with a key and a certificate."""
    path = folder / f"serving-{abs(hash(pem))}.pem"
    path.write_text(pem, "ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


class TlsSite:
    """What a site received."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        """Method, path and `Authorization` of each request for a page."""
        self.port = 0

    def given(self) -> list[str]:
        """The names and passwords that it was given, in order."""
        words = [each.partition(" ")[2] for _, _, each in self.asked if each.startswith("Basic ")]
        return [base64.b64decode(each).decode() for each in words]


@contextmanager
def tls_site(
    context: ssl.SSLContext | None,
    pages: Mapping[str, str] | None = None,
    wants: str | None = None,
    realm: str = "Shop",
) -> Iterator[TlsSite]:
    """Serve pages, over TLS with a ``context``. ``wants`` is the `name:password` that it asks for by HTTP (401)."""
    site, shown = TlsSite(), pages or {"/": LAMP}

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            given = self.headers.get("Authorization", "")
            if self.path != "/favicon.ico":
                site.asked.append((self.command, self.path, given))
            right = wants is None or given == "Basic " + base64.b64encode(wants.encode()).decode()
            page = shown.get(self.path)
            body = (page or "<title>Not here</title>").encode() if right else b"<h1>401</h1>"
            self.send_response((200 if page is not None else 404) if right else 401)
            if not right:
                self.send_header("WWW-Authenticate", f'Basic realm="{realm}"')
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def log_message(self, *words: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            return  # browsers end handshakes that they do not like

    server = Server(("127.0.0.1", 0), Answer)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    site.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
