"""Whom a site's `trust:` trusts: a certificate authority of its own, or one pinned key, for that site alone."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from runwright.language.bounded_file import FileTooLarge, read_bounded

_PIN = re.compile(r"sha256/+([A-Za-z0-9+/]{43}=)")
_PEM = "-----BEGIN CERTIFICATE-----"
_MOST_BYTES = 1_000_000


class TrustError(Exception):
    """A `trust:` that names nothing to trust."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True)
class SiteTrust:
    """What a site's server must prove: a certificate of an authority, for its host, or the possession of one key."""

    words: str
    """What is trusted, for the caption: the name of a file, or the pin."""
    authority: str | None = field(default=None, repr=False)
    """The certificates of the authority, in PEM; None for a pin."""
    pin: bytes = b""
    """The SHA-256 of the server's public key (SubjectPublicKeyInfo)."""

    @property
    def described(self) -> str:
        """What is trusted, for the journal: of a file, with its digest."""
        if self.authority is None:
            return self.words
        return f"{self.words}, SHA-256 {hashlib.sha256(self.authority.encode()).hexdigest()}"

    def context(self) -> ssl.SSLContext:
        """TLS for the connections to the site. Of a pin, `verify` must follow before anything is sent."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self.authority is not None:
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the file may hold the server's own certificate
            context.load_verify_locations(cadata=self.authority)
        else:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def verify(self, certificate: bytes) -> bool:
        """Whether a server with this certificate (DER) may be talked to, once its handshake is complete."""
        return self.authority is not None or public_key_digest(certificate) == self.pin


def public_key_digest(certificate: bytes) -> bytes:
    """The SHA-256 of a certificate's public key, which stays the same when the certificate is renewed for its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = x509.load_der_x509_certificate(certificate).public_key()
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()


def pin_of(certificate: bytes) -> str:
    """The pin of a certificate as `trust:` takes it."""
    return f"sha256/{base64.b64encode(public_key_digest(certificate)).decode()}"


def trust_of(text: str, folder: Path) -> SiteTrust:
    """What `trust:` names: `sha256/…`, or a file in PEM, relative to the runbook's folder. Raises TrustError."""
    text = text.strip()
    if text.startswith("sha256/"):
        pinned = _PIN.fullmatch(text)
        try:
            pin = base64.b64decode(pinned[1], validate=True) if pinned is not None else b""
        except binascii.Error:
            pin = b""
        if not pin:
            remedy = "Write sha256/ and the 44 characters that `doctor` prints, or `openssl` with `base64`."
            raise TrustError(f"`trust: {text}` is not a pin.", remedy)
        return SiteTrust(f"sha256/{base64.b64encode(pin).decode()}", None, pin)
    path = folder / Path(text).expanduser()
    remedy = "Name a file with the authority's certificate in PEM, relative to the runbook, or a pin: sha256/…"
    try:
        pem = read_bounded(path, _MOST_BYTES).decode("ascii")
        if _PEM not in pem:
            raise TrustError(f"The file {path} holds no certificate in PEM.", remedy)
        trust = SiteTrust(path.name, pem)
        trust.context()
    except (OSError, FileTooLarge) as error:
        why = getattr(error, "strerror", None) or "it is too large"
        if isinstance(error, ssl.SSLError):
            why = "it is damaged"
        raise TrustError(f"The certificate {path} cannot be read: {why}.", remedy) from None
    except UnicodeDecodeError:
        raise TrustError(f"The file {path} holds no certificate in PEM.", remedy) from None
    return trust
