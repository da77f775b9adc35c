"""A site's own certificate authority or pinned key is trusted at that site alone; all else is refused as before."""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from playwright.sync_api import Browser, ProxySettings
from support.breaking_site import SEND, breaking_site
from support.company_proxy import CREDENTIALS, company_proxy
from support.doc_blocks import ROOT
from support.tls_site import LAMP, Key, serving, tls_site

import runwright
from runwright.engine.browser.connection_gateway import ConnectionGateway
from runwright.engine.browser.tls_relays import RelayedSite, TlsRelays
from runwright.engine.site_trust import SiteTrust, TrustError, pin_of, trust_of
from runwright.evidence.journal import read_verified
from runwright.evidence.statuses import FailureClass
from runwright.language.diagnostics import UserError

BOOK = """name: T
sites:
  shop: { url: "https://localhost:PORT", TRUST }
sections:
  - name: See the lamp
    open: shop /
    steps:
      - expect: heading "Lamp"
"""
Run = Callable[..., runwright.RunResult]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a look at a site, in a browser of its own."""
    for name in [each for each in os.environ if each.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)

    def go(port: int, trust: str, book: str = BOOK, **others: str) -> runwright.RunResult:
        text = book.replace("PORT", str(port)).replace("TRUST", trust)
        for name, value in others.items():
            text = text.replace(name.upper(), value)
        (tmp_path / "book.yaml").write_text(text, "utf-8")
        return runwright.run(tmp_path / "book.yaml", options=runwright.RunOptions(tmp_path / "runs", restart=True))

    return go


def _der(pem: str) -> bytes:
    return ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN CERTIFICATE") :])


def _first(done: runwright.RunResult) -> tuple[object, str]:
    _, events = read_verified(done.folder / "events.jsonl")
    return events[0], (done.folder / "report.html").read_text("utf-8")


def test_a_site_is_reached_by_its_own_authority(run: Run, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued = authority.issue_cert("localhost")
    issued.configure_cert(context)
    with tls_site(context) as site:
        done = run(site.port, "trust: ca.pem")
        assert done.exit == 0, done.reason
        run_event, report = _first(done)
        assert run_event.trust["shop"].startswith("ca.pem, SHA-256 ")
        assert "certificate trusted by ca.pem" in report
        (step,) = [each for each in done.steps if each.verb == "expect"]
        import hashlib

        shown = _der(issued.cert_chain_pems[0].bytes().decode())
        assert step.certificate == hashlib.sha256(shown).hexdigest()
        assert step.server_address == f"127.0.0.1:{site.port}" or step.server_address == f"::1:{site.port}"


def test_without_trust_the_message_names_it(run: Run, tmp_path: Path) -> None:
    with tls_site(serving(Key().pem("localhost"), tmp_path)) as site:
        done = run(site.port, "requests: any")
    assert done.exit == 4 and done.failure_class is FailureClass.NETWORK and site.asked == []
    assert done.reason is not None and "its certificate is not signed by an authority" in done.reason
    assert "net::ERR_CERT_AUTHORITY_INVALID" in done.reason
    assert "`trust: ca.pem`" in done.remedy and "`trust: sha256/…`" in done.remedy


def test_a_site_is_reached_by_its_pinned_key_whatever_its_certificate_says(run: Run, tmp_path: Path) -> None:
    """Appliances have certificates for other names that have expired; renewed for the same key, it is trusted still."""
    key = Key()
    pin = pin_of(_der(key.pem("localhost")))
    with tls_site(serving(key.pem("appliance.local", days=-1), tmp_path)) as site:
        done = run(site.port, f"trust: {pin}")
        assert done.exit == 0, done.reason
        run_event, report = _first(done)
        assert run_event.trust == {"shop": pin} and pin.replace("+", "&#43;") in report.replace("+", "&#43;")


def test_another_key_than_the_pinned_one_is_refused_before_anything_is_sent(run: Run, tmp_path: Path) -> None:
    with tls_site(serving(Key().pem("localhost"), tmp_path)) as site:
        done = run(site.port, f"trust: {pin_of(_der(Key().pem('localhost')))}")
    assert done.exit == 4 and site.asked == []
    assert done.reason is not None and "its server has another key than the one that `trust` pins" in done.reason
    assert "was replaced" in done.remedy


@pytest.mark.slow
def test_a_certificate_of_another_authority_or_host_is_refused(run: Run, tmp_path: Path) -> None:
    ours, theirs = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    for authority, host, says in (
        (theirs, "localhost", "net::ERR_CERT_AUTHORITY_INVALID, it is not of ca.pem"),
        (ours, "shop.example", "net::ERR_CERT_COMMON_NAME_INVALID"),
    ):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(context)
        with tls_site(context) as site:
            done = run(site.port, "trust: ca.pem")
        assert done.exit == 4 and says in (done.reason or ""), done.reason
        assert site.asked == []


ELSEWHERE = """name: T
sites:
  shop: { url: "https://localhost:PORT", TRUST, also: ["https://127.0.0.1:OTHER"] }
sections:
  - name: See the lamp
    open: shop /
    steps:
      - expect: heading "Lamp"
      - click: link "Elsewhere"
      - expect: heading "Elsewhere"
"""


@pytest.mark.usefixtures("short_limits")
@pytest.mark.parametrize("where", ["another host", pytest.param("another port", marks=pytest.mark.slow)])
def test_the_same_key_under_another_host_is_refused(where: str, run: Run, tmp_path: Path) -> None:
    """The very certificate that is trusted at one site is not trusted at another address, `also` or not."""
    key = Key()
    pem = key.pem("localhost")
    host = "127.0.0.1" if where == "another host" else "localhost"
    with tls_site(serving(pem, tmp_path), {"/": "<h1>Elsewhere</h1>"}) as other:
        pages = {"/": f"{LAMP}<a href='https://{host}:{other.port}/'>Elsewhere</a>"}
        with tls_site(serving(pem, tmp_path), pages) as site:
            book = ELSEWHERE.replace("127.0.0.1", host)
            done = run(site.port, f"trust: {pin_of(_der(pem))}", book, other=str(other.port))
            assert [path for _, path, _ in site.asked] == ["/"]
    assert done.exit != 0 and other.asked == [], "the same key was trusted elsewhere"
    assert done.failure is not None
    (said,) = [each for each in done.failure.page_messages if "net::ERR_CERT_" in each]
    assert "its certificate is" in said and "`trust: sha256/…`" in said
    lamp = next(each for each in done.steps if each.verb == "expect")
    assert lamp.status == "done", done.reason


@pytest.mark.slow
def test_scripts_of_a_page_pass_too(run: Run, tmp_path: Path) -> None:
    script = "fetch('/more', {method: 'POST', body: 'x'.repeat(200000)}).then((r) => r.text())"
    script += ".then((text) => b.innerText = text)"
    pages = {"/": f"{LAMP}<p id=b></p><script>{script}</script>", "/more": "y" * 300_000 + " came"}
    pem = Key().pem("localhost")
    with tls_site(serving(pem, tmp_path), pages) as site:
        book = BOOK.replace('heading "Lamp"', 'text containing "came"')
        done = run(site.port, f"trust: {pin_of(_der(pem))}", book)
        assert done.exit == 0, done.reason
        assert ("POST", "/more", "") in site.asked


@pytest.mark.slow
def test_trust_holds_behind_a_proxy(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = Key().pem("shop.example")
    with tls_site(serving(pem, tmp_path)) as site, company_proxy({"shop.example": site.port}) as proxy:
        monkeypatch.setenv("https_proxy", f"http://{CREDENTIALS}@127.0.0.1:{proxy.port}")
        book = BOOK.replace("https://localhost:PORT", "https://shop.example")
        done = run(site.port, f"trust: {pin_of(_der(pem))}", book)
        assert done.exit == 0, done.reason
        refused = run(site.port, f"trust: {pin_of(_der(Key().pem('shop.example')))}", book)
    assert "PINNED_KEY" in (refused.reason or "") and len(site.asked) == 1
    assert any(each.startswith("CONNECT shop.example:443") for each in proxy.asked)


@pytest.mark.slow
def test_the_client_certificate_of_a_site_identifies_the_run(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, strangers = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    mine, stranger = authority.issue_cert("ann@acme.example"), strangers.issue_cert("eve@acme.example")
    book = BOOK.replace("sections:", "secrets: { badge: { description: x, from: 'env:BADGE' } }\nsections:")
    with tls_site(context) as site:
        monkeypatch.setenv("BADGE", mine.private_key_and_cert_chain_pem.bytes().decode())
        done = run(site.port, "trust: ca.pem, client_certificate: badge", book)
        assert done.exit == 0, done.reason
        for path in (tmp_path / "runs").rglob("*.jsonl"):
            assert mine.private_key_pem.bytes().splitlines()[1] not in path.read_bytes()
        monkeypatch.setenv("BADGE", stranger.private_key_and_cert_chain_pem.bytes().decode())
        refused = run(site.port, "trust: ca.pem, client_certificate: badge", book)
        assert refused.exit == 4 and "does not accept the certificate of the client" in (refused.reason or "")
        missing = run(site.port, "trust: ca.pem")
        assert missing.exit == 4 and "asks for a certificate" in (missing.reason or "") + missing.remedy, missing.reason
        assert len(site.asked) == 1
        monkeypatch.setenv("BADGE", "hunter2 is no certificate")
        with pytest.raises(UserError, match="cannot be the certificate of `shop`") as failed:
            run(site.port, "trust: ca.pem, client_certificate: badge", book)
        assert "hunter2" not in str(failed.value)


_OTHER = """import os, socket, sys
os.setuid(65534)
with socket.socket() as own:
    own.connect(("127.0.0.1", int(sys.argv[1])))
    own.sendall(b"\\x05\\x01\\x00" + b"\\x05\\x01\\x00\\x03\\x0csite.example" + int(sys.argv[2]).to_bytes(2, "big"))
    answer = b""
    while len(answer) < 4 and (part := own.recv(100)):
        answer += part
    print(answer[3])"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another account")
def test_programs_of_other_accounts_do_not_use_a_run_s_certificate() -> None:
    with breaking_site(tls=True) as site:
        port = site.server.server_port
        relays = TlsRelays([RelayedSite("site.example", port, SiteTrust("ca.pem", site.authority.pem))])
        with ConnectionGateway(site.route, relays=relays) as gateway:
            for code, answer in ((_OTHER, "5"), (_OTHER.replace("os.setuid(65534)", ""), "0")):
                words = [sys.executable, "-IS", "-c", code, gateway.server.rpartition(":")[2], str(port)]
                done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
                assert done.stdout.strip() == answer


@pytest.mark.parametrize("protected", [True, False])
def test_a_post_to_a_trusted_site_is_sent_once_when_its_connection_breaks(
    protected: bool, shared_browser: Callable[[], Browser]
) -> None:
    """As to any other site: the browser sends it again by itself only where it may."""
    with breaking_site(tls=True) as site:
        trust = SiteTrust("ca.pem", site.authority.pem)
        relays = TlsRelays([RelayedSite("site.example", site.server.server_port, trust)])
        with ConnectionGateway(site.route, relays=relays) as gateway:
            context = shared_browser().new_context(proxy=ProxySettings(server=gateway.server), ignore_https_errors=True)
            page = context.new_page()
            for end in ("reset", "close", "notify"):
                gateway.allow_resending()
                page.goto(site.address)  # leaves its connection open
                site.posts.clear()
                if protected:
                    gateway.prevent_resending(())
                path = f"/fetch-{end}"
                with context.expect_event("requestfailed", lambda request, path=path: path in request.url):
                    page.evaluate(SEND, ["fetch", path])
                assert site.posts == [path] * (1 if protected else 2), end
            context.close()
            assert gateway.certificate(site.address) is not None


@pytest.mark.parametrize(
    ("trust", "says"),
    [
        ("trust: nothing.pem", "nothing.pem cannot be read"),
        ("trust: sha256/short", "is not a pin"),
        ("trust: text.pem", "holds no certificate in PEM"),
        ("trust: damaged.pem", "cannot be read"),
    ],
)
def test_a_trust_that_names_nothing_is_said_before_anything_opens(
    trust: str, says: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "text.pem").write_text("hello", "utf-8")
    (tmp_path / "damaged.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "utf-8")
    with pytest.raises(UserError) as failed:
        run(1, trust)
    assert says in str(failed.value) and not (tmp_path / "runs").exists()


def test_a_pin_is_the_one_that_openssl_computes(tmp_path: Path) -> None:
    pem = Key().pem("localhost")
    (tmp_path / "server.pem").write_text(pem, "ascii")
    page = (ROOT / "docs" / "how-to" / "secrets.md").read_text("utf-8")
    (line,) = re.findall(r"^(openssl x509 -in server\.pem .*)$", page, re.M)
    done = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert pin_of(_der(pem)) == f"sha256/{done.stdout.strip()}"
    assert trust_of(f"sha256//{done.stdout.strip()}", tmp_path).words == pin_of(_der(pem))
    with pytest.raises(TrustError):
        trust_of("sha256/" + "A" * 43, tmp_path)
