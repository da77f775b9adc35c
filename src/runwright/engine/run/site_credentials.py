"""What a plan's sites need besides pages: servers to verify, a certificate of the run's own, names and passwords."""

from __future__ import annotations

from runwright.engine.browser.http_sign_in import HttpCredentials
from runwright.engine.browser.tls_relays import CertificateError, RelayedSite, TlsRelays
from runwright.engine.browser.virtual_authenticator import VirtualAuthenticator
from runwright.engine.errors import EnvironmentFailure, InvalidCall
from runwright.engine.run.plan import Plan
from runwright.engine.secrets.passkeys import passkey_of
from runwright.language.diagnostics import Diagnostic
from runwright.language.origins import Origin


def relays_of(plan: Plan) -> TlsRelays | None:
    """The relays to the sites whose servers the gateway verifies; None if it has none, as in every rehearsal.

    Raises InvalidCall for a client certificate that is none.
    """
    relayed = []
    for site in plan.sites:
        if plan.rehearsal or (site.trust is None and site.client_certificate is None):
            continue
        pem = plan.secrets[site.client_certificate] if site.client_certificate is not None else None
        relayed.append(RelayedSite(site.home.host, site.home.port, site.trust, pem))
        try:
            TlsRelays(relayed[-1:])
        except CertificateError as error:
            message = f"The secret `{site.client_certificate}` cannot be the certificate of `{site.name}`: {error}"
            raise InvalidCall(Diagnostic(message, "Join both files: `cat certificate.pem key.pem`.")) from None
    return TlsRelays(relayed) if relayed else None


def own_browser_needed() -> EnvironmentFailure:
    """The failure of a run whose sites need relays, in a browser that somebody else has started."""
    return EnvironmentFailure(
        "A site of this runbook has a `trust` or `client_certificate`, which only a browser knows that the run starts.",
        "Hand no browser to the run, and let it start one.",
    )


def authenticator_of(plan: Plan) -> VirtualAuthenticator:
    """The virtual authenticator of a run: it has the passkeys with a source, and takes new ones for the others."""
    known = {
        site.passkey: passkey_of(plan.secrets[site.passkey], site.home.host)
        for site in plan.sites
        if site.passkey is not None and site.passkey in plan.secrets
    }
    return VirtualAuthenticator(plan.sites, known)


def http_credentials(plan: Plan) -> dict[Origin, HttpCredentials]:
    """The names and passwords of a plan's sites by their origins; none in a rehearsal."""
    found = {}
    for site in plan.sites:
        if site.basic_auth is not None and not plan.rehearsal:
            user, secret = site.basic_auth
            found[site.home] = HttpCredentials(user, plan.secrets[secret])
    return found
