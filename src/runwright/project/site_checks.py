"""Checks of a runbook's sites: each answers, is who it should be, and gets what it asks for. No password is sent."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runwright.engine.site_trust import SiteTrust, TrustError, pin_of, trust_of
from runwright.language.expressions import ExpressionError
from runwright.language.runbook_model import Site
from runwright.project.machine_checks import MachineCheck

if TYPE_CHECKING:
    import httpx

_SECONDS = 10.0
_SCHEME = re.compile(r"^\s*([A-Za-z][\w-]*)|,\s*([A-Za-z][\w-]*)\s+\w+=")


def site_checks(name: str, site: Site, inputs: dict[str, Any], folder: Path) -> Iterator[MachineCheck]:
    """The checks of one site. ``folder`` is the runbook's, to which the files under `trust` are relative."""
    texts = [site.url, *([site.trust] if site.trust is not None else [])]
    auth = site.basic_auth
    texts += [auth.user] if auth is not None else []
    missing = sorted(set().union(*(each.names for text in texts for each in text.expressions)) - inputs.keys())
    if missing:
        message = f"{name} is not checked: its address needs {', '.join(missing)}"
        yield MachineCheck("site", False, message, f"Pass -i {missing[0]}=…", required=False)
        return
    try:
        url, trust = site.url.text(inputs), None
        user = auth.user.text(inputs) if auth is not None else ""
        if site.trust is not None:
            trust = trust_of(site.trust.text(inputs), folder)
    except ExpressionError as error:
        message = f"{name} has no valid address: {error}"
        yield MachineCheck("site", False, message, error.remedy or "Check the inputs.")
        return
    except TrustError as error:
        yield MachineCheck("site", False, f"{name} is not checked: {error}", error.remedy)
        return
    yield _answer(name, url, trust, site)
    if trust is not None:
        yield MachineCheck("site", True, f"{name} is trusted by {trust.words}, there alone")
    if auth is not None:
        yield MachineCheck("site", True, f"{name} gets the name {user} and the secret {auth.password} (basic_auth)")
    if site.passkey is not None:
        yield MachineCheck("site", True, f"{name} gets the passkey in the secret {site.passkey}, or registers one")
    if site.client_certificate is not None:
        message = f"{name} gets the certificate in the secret {site.client_certificate} (client_certificate)"
        yield MachineCheck("site", True, message)


def _answer(name: str, url: str, trust: SiteTrust | None, site: Site) -> MachineCheck:
    """Request the site's address, through the proxy if one is set. Any HTTP answer but a challenge passes."""
    import httpx

    try:
        answer, shown = _get(url, trust.context() if trust is not None else True)
    except ImportError:  # httpx needs an optional package for SOCKS, which runs do not need
        message = f"{name} is not checked: the proxy uses SOCKS"
        return MachineCheck("site", False, message, "Open it in a browser.", required=False)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return _no_answer(name, url, trust, site, str(error))
    if trust is not None and not trust.verify(shown):
        message = f"{name} at {url} has another key than the one that `trust` pins: {pin_of(shown)}"
        return MachineCheck("site", False, message, "Ask who runs it whether its key was replaced. Only then pin it.")
    asked = answer.headers.get("www-authenticate", "") if answer.status_code == 401 else ""
    if asked and site.basic_auth is None:
        schemes = ", ".join(dict.fromkeys(first or more for first, more in _SCHEME.findall(asked)))
        message = f"{name} answers at {url} with 401: it asks for HTTP authentication ({schemes})"
        known = {"basic", "digest"} & set(schemes.lower().split(", "))
        remedy = "Declare it at the site: `basic_auth: { user: NAME, password: SECRET }`; SECRET is a secret's name."
        return MachineCheck("site", False, message, remedy if known else "No run can sign in there by itself.")
    return MachineCheck("site", True, f"{name} answers at {url} with {answer.status_code}")


def _no_answer(name: str, url: str, trust: SiteTrust | None, site: Site, error: str) -> MachineCheck:
    """Why a site does not answer: its certificate, the lack of one of the client, or anything else."""
    if "CERTIFICATE_VERIFY_FAILED" in error:
        why = error.rpartition("certificate verify failed:")[2].partition("(")[0].strip(" ]") or "it is not valid"
        message = f"{name} has a certificate that is not trusted here: {why} (net::ERR_CERT_… in a browser)"
        remedy = "Name who signs it at the site: `trust: ca.pem`"
        if (pin := _shown_pin(url)) is not None:
            remedy += f", or, if its owner confirms this key: `trust: {pin}`"
        return MachineCheck("site", False, message, f"{remedy}.")
    if "ALERT_CERTIFICATE_REQUIRED" in error or "ALERT_HANDSHAKE_FAILURE" in error or "BAD_CERTIFICATE" in error:
        message = f"{name} asks for a certificate of the client at {url}"
        if site.client_certificate is not None:  # only the run reads the secret
            return MachineCheck("site", True, message)
        return MachineCheck("site", False, message, "Declare it at the site: `client_certificate: SECRET`.")
    remedy = "Check the address, name resolution and the proxy. A rehearsal needs none of them."
    return MachineCheck("site", False, f"{name} does not answer at {url}: {error}", remedy)


def _get(url: str, verify: ssl.SSLContext | bool) -> tuple[httpx.Response, bytes]:
    """The answer to a GET without credentials, and the certificate of the server. Raises httpx.HTTPError."""
    import httpx

    with httpx.Client(verify=verify, timeout=_SECONDS) as client, client.stream("GET", url) as answer:
        stream = answer.extensions.get("network_stream")
        tls = stream.get_extra_info("ssl_object") if stream is not None else None
        return answer, (tls.getpeercert(True) or b"") if tls is not None else b""


def _shown_pin(url: str) -> str | None:
    """The pin of the certificate that a server shows, valid or not; None if it shows none."""
    import httpx

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        return pin_of(_get(url, context)[1])
    except (httpx.HTTPError, ValueError):
        return None
