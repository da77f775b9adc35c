"""A window to sign in reaches what only its site trusts, and identifies itself as a run does."""

from __future__ import annotations

import ssl
from functools import partial
from pathlib import Path

import pytest
import trustme
from support.tls_site import LAMP, Key, serving, tls_site

from runwright import load
from runwright.engine.browser.browser_state import NOTHING
from runwright.engine.browser.launch import launch
from runwright.engine.browser.playwright_driver import driver
from runwright.engine.errors import EnvironmentFailure
from runwright.engine.run.launcher import sign_in_browser
from runwright.engine.site_trust import pin_of
from runwright.sessions.sign_in_place import SiteRules, place_in_runbook

BOOK = """name: T
sites:
  shop: { url: "https://localhost:PORT", signed_in_as: heading, TRUST }
secrets:
  certificate: { description: Who the run is, from: "file:FOLDER/client.pem" }
sections:
  - name: See the lamp
    open: shop /
    ready: heading "Lamp"
"""


def heading_in_a_window(folder: Path, port: int, trust: str) -> str:
    """The heading of the site's page in a browser for its sign-in, without its window."""
    book = folder / "book.yaml"
    book.write_text(BOOK.replace("PORT", str(port)).replace("TRUST", trust).replace("FOLDER", str(folder)), "utf-8")
    place = place_in_runbook(load(book), "shop", {}, SiteRules())
    with driver() as playwright, sign_in_browser(partial(launch, playwright, False), place.plan) as opened:
        for _ in range(2):  # the window, and the clean one that proves what was kept
            with opened(NOTHING) as context:
                page = context.new_page()
                page.goto(place.address)
                heading = page.locator("h1").inner_text()
    return heading


def test_a_pinned_key_is_trusted_in_the_window(tmp_path: Path) -> None:
    pem = Key().pem("localhost")
    pin = pin_of(ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN CERTIFICATE") :]))
    with tls_site(serving(pem, tmp_path), {"/": LAMP}) as site:
        assert heading_in_a_window(tmp_path, site.port, f"trust: {pin}") == "Lamp"


def test_the_client_certificate_identifies_the_window(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.issue_cert("robot@acme.example").private_key_and_cert_chain_pem.write_to_path(
        str(tmp_path / "client.pem")
    )
    with tls_site(context, {"/": LAMP}) as site:
        trust = "trust: ca.pem, client_certificate: certificate"
        assert heading_in_a_window(tmp_path, site.port, trust) == "Lamp"


def test_without_trust_the_page_is_refused_in_the_window(tmp_path: Path) -> None:
    with tls_site(serving(Key().pem("localhost"), tmp_path), {"/": LAMP}) as site:
        with pytest.raises(EnvironmentFailure, match="ERR_CERT_AUTHORITY_INVALID"):
            heading_in_a_window(tmp_path, site.port, "requests: any")
        assert site.asked == []
