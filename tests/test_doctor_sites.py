"""`doctor RUNBOOK` says what each site wants, and words refused certificates and challenges with their remedy."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from support.tls_site import Key, serving, tls_site

from runwright.cli.next_commands import CallWords, commands
from runwright.engine.next_actions import ActionKind, NextAction
from runwright.engine.site_trust import pin_of
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.project.machine_checks import MachineCheck
from runwright.project.site_checks import site_checks

BOOK = """name: T
sites: { shop: { url: "https://localhost:PORT", KEYS } }
secrets: { door: { description: The password, from: "env:DOOR" } }
sections: [{ name: Look, open: shop / }]
"""
Checks = Callable[..., list[MachineCheck]]


@pytest.fixture
def checks(tmp_path: Path) -> Checks:
    def of(port: int, keys: str = "requests: any") -> list[MachineCheck]:
        path = tmp_path / "book.yaml"
        path.write_text(BOOK.replace("PORT", str(port)).replace("KEYS", keys), "utf-8")
        return list(site_checks("shop", load(path, vocabulary()).sites["shop"], {}, tmp_path))

    return of


def _pin(pem: str) -> str:
    return pin_of(ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN CERTIFICATE") :]))


def test_a_certificate_that_is_not_trusted_comes_with_its_pin_to_paste(checks: Checks, tmp_path: Path) -> None:
    pem = Key().pem("localhost")
    with tls_site(serving(pem, tmp_path)) as site:
        (check,) = checks(site.port)
        assert not check.ok and "has a certificate that is not trusted here: self" in check.message
        assert f"`trust: {_pin(pem)}`" in check.remedy and "`trust: ca.pem`" in check.remedy
        answers, trusted = checks(site.port, f"trust: {_pin(pem)}")
        assert answers.ok and "answers at" in answers.message
        assert trusted.message == f"shop is trusted by {_pin(pem)}, there alone"
        refused = checks(site.port, f"trust: {_pin(Key().pem('localhost'))}")[0]
        assert not refused.ok and f"has another key than the one that `trust` pins: {_pin(pem)}" in refused.message


def test_the_command_that_checks_the_sites_has_the_inputs_and_secrets_of_the_call() -> None:
    actions = [NextAction(ActionKind.CHECK_SITES)]
    for words, command in (
        ("run -i a=b book.yaml --out runs --yes --secret x=env:X --resume last", "book.yaml -i a=b --secret x=env:X"),
        ("check --inputs in.yaml --ticket T book.yaml --json --input=c=d", "--inputs in.yaml book.yaml --input=c=d"),
        ("inspect https://a.example", ""),
    ):
        ((_, _, line),) = commands(actions, CallWords.of(words.split()))
        assert sorted(line.split()) == sorted(f"runwright doctor {command}".split())


def test_an_authority_of_its_own_is_used(checks: Checks, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with tls_site(context) as site:
        assert [each.ok for each in checks(site.port, "trust: ca.pem")] == [True, True]
        (missing,) = checks(site.port, "trust: nothing.pem")
        assert not missing.ok and "nothing.pem cannot be read" in missing.message


def test_a_challenge_names_basic_auth(checks: Checks, tmp_path: Path) -> None:
    pem = Key().pem("localhost")
    trust = f"trust: {_pin(pem)}"
    with tls_site(serving(pem, tmp_path), wants="ann:x") as site:
        asked = checks(site.port, trust)[0]
        assert not asked.ok and "with 401: it asks for HTTP authentication (Basic)" in asked.message
        assert "`basic_auth: { user: NAME, password: SECRET }`" in asked.remedy
        answers, _, given = checks(site.port, f"{trust}, basic_auth: {{ user: ann, password: door }}")
        assert answers.ok and "gets the name ann and the secret door" in given.message
        assert site.given() == [], "doctor signs in nowhere"


def test_a_site_that_asks_for_a_client_certificate_is_named(checks: Checks, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    with tls_site(context) as site:
        asked = checks(site.port, "trust: ca.pem")[0]
        assert not asked.ok and "asks for a certificate of the client" in asked.message
        assert "client_certificate: SECRET" in asked.remedy
        declared = checks(site.port, "trust: ca.pem, client_certificate: door")
        assert all(each.ok for each in declared) and "in the secret door" in declared[-1].message
