"""TLS relays: the gateway verifies the servers of some sites itself, with the trust and the certificate of that site.

For a site with `trust:` or `client_certificate:` the browser's TLS ends in this process, which opens TLS of its own to
the site's server, verifies it, and passes on what both send. A certificate is verified in the same handshake that the
requests go through, so that none can be exchanged in between. The browser accepts one key besides those that it would
accept anyway: a key that is made for this run, never leaves the process, and answers for these hosts and ports alone.
The key of a trusted server is unknown to the browser: under another host it is refused like any other.

It speaks HTTP/1.1: in HTTP/2 a server may ask the browser to send a request again.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from runwright.engine.browser.connection_tunnel import BLOCK
from runwright.engine.site_trust import SiteTrust

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_HANDSHAKE = 20.0
"""Seconds in which a server must have answered the handshake."""
_NAME_MISMATCH, _EXPIRED, _NOT_YET_VALID = (62, 64), 10, 9
"""Codes of OpenSSL for why a certificate is not valid; 62 for another host name, 64 for another IP address."""


class RefusedServer(Exception):
    """A server is not the one that the site trusts. The message is a reason in the browser's words: `net::ERR_…`."""


@dataclass(frozen=True)
class RelayedSite:
    """A site whose server the gateway verifies."""

    host: str
    port: int
    trust: SiteTrust | None
    """Whom it trusts; None for the authorities of this machine."""
    client_certificate: str | None = field(default=None, repr=False)
    """Certificate and key by which the run identifies itself, in PEM."""


class CertificateError(Exception):
    """A client certificate cannot be used. The message does not quote it."""


class TlsRelays:
    """The relays of one run. Raises CertificateError for a client certificate that is none."""

    def __init__(self, sites: Iterable[RelayedSite]) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec

        self._key = ec.generate_private_key(ec.SECP256R1())
        self._relays = {(site.host, site.port): TlsRelay(site, self._key) for site in sites}

    def browser_args(self) -> list[str]:
        """The flag with which the browser accepts this run's key."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        digest = base64.b64encode(hashlib.sha256(public).digest()).decode()
        return [f"--ignore-certificate-errors-spki-list={digest}"]

    def at(self, host: str, port: int) -> TlsRelay | None:
        """The relay for a host and port; None for what the browser verifies by itself."""
        return self._relays.get((host.rstrip("."), port))


class TlsRelay:
    """Connects to one site, and answers the browser in its place."""

    def __init__(self, site: RelayedSite, key: EllipticCurvePrivateKey) -> None:
        self.site = site
        self.certificate: str | None = None
        """The SHA-256 of the certificate that the server showed last, in hexadecimal."""
        trust = site.trust
        self._outside = trust.context() if trust is not None else ssl.create_default_context()
        self._outside.set_alpn_protocols(["http/1.1"])
        if site.client_certificate is not None:
            load_chain(self._outside, site.client_certificate)
        self._inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._inside.set_alpn_protocols(["http/1.1"])
        load_chain(self._inside, _certificate_for(site.host, key))

    async def verified(self, server: asyncio.StreamWriter) -> None:
        """Open TLS on a connection to the server, and verify it. Raises RefusedServer, OSError."""
        trust = self.site.trust
        try:
            async with asyncio.timeout(_HANDSHAKE):
                await server.start_tls(self._outside, server_hostname=self.site.host)
        except ssl.SSLCertVerificationError as error:
            raise RefusedServer(_reason(error, trust)) from None
        except ssl.SSLError as error:
            raise RefusedServer(self._handshake_reason(error)) from None
        shown: bytes = server.get_extra_info("ssl_object").getpeercert(True) or b""
        if trust is not None and not trust.verify(shown):
            raise RefusedServer("net::ERR_SSL_PINNED_KEY_NOT_IN_CERT_CHAIN")
        self.certificate = hashlib.sha256(shown).hexdigest()

    async def answering(
        self, response: asyncio.StreamReader, server: asyncio.StreamWriter, refused: Callable[[str], None]
    ) -> tuple[Streams, asyncio.Task[None]]:
        """A connection on which this answers the browser's TLS in the server's place, and the task that does.

        ``refused`` is called with the reason before a connection ends because the server refuses the run's certificate.
        """
        ours, theirs = socket.socketpair()
        task = asyncio.create_task(self._relay(theirs, response, server, refused))
        return await asyncio.open_connection(sock=ours, limit=BLOCK), task

    async def _relay(
        self,
        theirs: socket.socket,
        response: asyncio.StreamReader,
        server: asyncio.StreamWriter,
        refused: Callable[[str], None],
    ) -> None:
        reader = asyncio.StreamReader(limit=BLOCK)
        protocol = asyncio.StreamReaderProtocol(reader)
        loop = asyncio.get_running_loop()
        try:
            transport, _ = await loop.connect_accepted_socket(lambda: protocol, theirs, ssl=self._inside)
        except OSError:  # the browser has ended it: it was opened ahead, and not needed
            server.transport.abort()
            return
        browser = asyncio.StreamWriter(transport, protocol, reader, loop)
        up, down = asyncio.create_task(_pass_on(reader, server)), asyncio.create_task(_pass_on(response, browser))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            up.cancel()
            down.cancel()
        broken = down.result() if down.done() and not down.cancelled() else None
        if isinstance(broken, ssl.SSLError):
            refused(self._handshake_reason(broken))
        if broken is not None:
            server.transport.abort()
            browser.transport.abort()
        else:
            server.close()
            with suppress(OSError):
                browser.close()
                await browser.wait_closed()

    def _handshake_reason(self, error: ssl.SSLError) -> str:
        """Why a server ended TLS, in the browser's words; an alert about certificates is about the run's own."""
        if "CERTIFICATE" not in (error.reason or "") and "UNKNOWN_CA" not in (error.reason or ""):
            return "net::ERR_SSL_PROTOCOL_ERROR"
        if self.site.client_certificate is None:
            return "net::ERR_SSL_CLIENT_AUTH_CERT_NEEDED"
        return "net::ERR_BAD_SSL_CLIENT_AUTH_CERT"


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> OSError | None:
    """Pass on what comes until it ends; the error with which it broke."""
    try:
        while data := await reader.read(BLOCK):
            writer.write(data)
            await writer.drain()
    except OSError as error:
        return error
    return None


def load_chain(context: ssl.SSLContext, pem: str) -> None:
    """Load a certificate and its key, which OpenSSL reads from a file only: one that no other account can read.

    On Linux it is a file in memory. Raises CertificateError.
    """
    try:
        if hasattr(os, "memfd_create"):
            with os.fdopen(os.memfd_create("certificate"), "wb") as file:
                file.write(pem.encode())
                file.flush()
                context.load_cert_chain(f"/proc/self/fd/{file.fileno()}", password=_no_password)
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "chain.pem"
            path.touch(mode=0o600)
            path.write_bytes(pem.encode())
            context.load_cert_chain(path, password=_no_password)
    except (OSError, ValueError):  # ssl.SSLError is one
        raise CertificateError("It is not a certificate with its unencrypted key, in PEM.") from None


def _no_password() -> str:
    raise ValueError("the key is encrypted")


def _certificate_for(host: str, key: EllipticCurvePrivateKey) -> str:
    """A certificate for a host, signed by its own key, with the key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509.oid import NameOID

    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    try:
        subject: x509.GeneralName = x509.IPAddress(ip_address(host))
    except ValueError:
        subject = x509.DNSName(host)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([subject]), critical=False)
        .sign(key, hashes.SHA256())
    )
    own = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return (own + certificate.public_bytes(serialization.Encoding.PEM)).decode()


def _reason(error: ssl.SSLCertVerificationError, trust: SiteTrust | None) -> str:
    """Why a certificate is not valid, in the browser's words."""
    if error.verify_code in _NAME_MISMATCH:
        return "net::ERR_CERT_COMMON_NAME_INVALID"
    if error.verify_code in (_EXPIRED, _NOT_YET_VALID):
        return "net::ERR_CERT_DATE_INVALID"
    return "net::ERR_CERT_AUTHORITY_INVALID" + (f", it is not of {trust.words}" if trust is not None else "")
