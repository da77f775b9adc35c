"""TLS of a rehearsal: one certificate authority, one key, and a certificate with that key for each simulator."""

from __future__ import annotations

import base64
import hashlib
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Signs the certificates of a rehearsal.

    Its key never leaves the process; the servers' key does only in a temporary file, while a server loads it.
    """

    def __init__(self) -> None:
        self._authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
        self._key = ec.generate_private_key(ec.SECP256R1())
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.spki = base64.b64encode(hashlib.sha256(public).digest()).decode()
        """The value for Chromium's `--ignore-certificate-errors-spki-list`: the same for all simulators."""
        self._issuer_key = serialization.load_pem_private_key(self._authority.private_key_pem.bytes(), None)
        self._issuer = x509.load_pem_x509_certificate(self._authority.cert_pem.bytes())

    @property
    def pem(self) -> str:
        """The authority's own certificate, for clients that must trust it."""
        return self._authority.cert_pem.bytes().decode()

    def client_context(self) -> ssl.SSLContext:
        """A context that trusts this rehearsal's authority and no other."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._authority.configure_trust(context)
        return context

    def server_context(self, hosts: list[str]) -> ssl.SSLContext:
        """A context for serving these hosts; `*.` patterns are allowed."""
        now = datetime.now(UTC)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0][:64])])
        assert isinstance(self._issuer_key, ec.EllipticCurvePrivateKey)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._issuer.subject)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
            .sign(self._issuer_key, hashes.SHA256())
        )
        key = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "server.pem"
            path.touch(mode=0o600)
            path.write_bytes(key + certificate.public_bytes(serialization.Encoding.PEM))
            context.load_cert_chain(path)
        return context
