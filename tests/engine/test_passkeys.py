"""A service account's passkey: registered in one run, sealed, and used in the next without a device or a person."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from playwright.sync_api import Browser
from pyrage import x25519
from support.http_site import listening

import runwright

PAGE = """<!doctype html><title>Account</title><h1>Account</h1>
<button id=register>Add a passkey</button><button id=enter>Sign in with a passkey</button><p role=status id=says></p>
<script>
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
const bytes = (word) => Uint8Array.from(word, (each) => each.charCodeAt(0));
const send = async (path, data) => { const answer = await fetch(path, { method: "POST", body: JSON.stringify(data) });
  says.textContent = await answer.text(); };
register.onclick = async () => { try { const made = await navigator.credentials.create({ publicKey: {
  challenge: bytes("register-1"), rp: { id: "localhost", name: "Acme" },
  user: { id: bytes("robot"), name: "robot", displayName: "Robot" },
  pubKeyCredParams: [{ type: "public-key", alg: -7 }], authenticatorSelection: { residentKey: "required" } } });
  await send("/register", { id: made.id, key: text(made.response.getPublicKey()) });
  } catch (error) { says.textContent = "failed: " + error.message; } };
enter.onclick = async () => { try { const got = await navigator.credentials.get({ publicKey: {
  challenge: bytes("sign-in-1"), rpId: "localhost" } });
  const r = got.response;
  await send("/enter", { id: got.id, signature: text(r.signature), data: text(r.authenticatorData),
    client: text(r.clientDataJSON) });
  } catch (error) { says.textContent = "failed: " + error.message; } };
</script>"""
BOOK = """name: Passkeys
sites: { account: { url: "http://localhost:PORT", passkey: robot } }
secrets: { robot: { description: The passkey of the robot, MORE } }
sections:
  - name: Use it
    open: account /
    steps:
      - click: button "BUTTON"
        expect: status "SAYS"
"""


FOR = '{"rpId": "DOMAIN", "id": "a", "userHandle": "b", "privateKey": "c", "publicKey": "d"}'


class Account:
    """A site that takes passkeys, and verifies signatures and counters as the standard says."""

    def __init__(self) -> None:
        self.keys: dict[str, bytes] = {}
        self.counters: list[int] = []
        self.port = 0

    def register(self, sent: dict[str, str]) -> str:
        self.keys[sent["id"]] = base64.b64decode(sent["key"])
        return "Passkey added"

    def enter(self, sent: dict[str, str]) -> str:
        key = load_der_public_key(self.keys[sent["id"]])
        assert isinstance(key, EllipticCurvePublicKey)
        data, client = base64.b64decode(sent["data"]), base64.b64decode(sent["client"])
        try:
            signed = data + hashlib.sha256(client).digest()
            key.verify(base64.b64decode(sent["signature"]), signed, ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return "Wrong signature"
        number = int.from_bytes(data[33:37], "big")
        if self.counters and number <= self.counters[-1]:
            return "The counter did not grow"
        self.counters.append(number)
        return "Welcome, robot"


@pytest.fixture
def account() -> Iterator[Account]:
    account = Account()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(PAGE)

        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._send(account.register(sent) if self.path == "/register" else account.enter(sent))

        def _send(self, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *words: object) -> None:
            return

    with listening(Answer) as account.port:
        yield account


Run = Callable[..., runwright.RunResult]


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, account: Account, shared_browser: Callable[[], Browser]
) -> Run:
    monkeypatch.setenv("RUNWRIGHT_KEY", str(x25519.Identity.generate()))

    def go(more: str, button: str, says: str) -> runwright.RunResult:
        text = BOOK.replace("PORT", str(account.port)).replace("MORE", more)
        (tmp_path / "book.yaml").write_text(text.replace("BUTTON", button).replace("SAYS", says), "utf-8")
        options = runwright.RunOptions(tmp_path / "runs", restart=True, browser=shared_browser())
        return runwright.run(tmp_path / "book.yaml", options=options)

    return go


def test_a_passkey_is_registered_sealed_and_used_in_later_runs(run: Run, account: Account, tmp_path: Path) -> None:
    file = tmp_path / "robot.age"
    made = run(f'keep: "age:{file}"', "Add a passkey", "Passkey added")
    assert made.exit == 0, made.reason
    for number in (1, 2):
        used = run(f'from: "age:{file}"', "Sign in with a passkey", "Welcome, robot")
        assert used.exit == 0, used.reason
        assert len(account.counters) == number
    from runwright.engine.secrets.age_files import opened

    key: dict[str, Any] = json.loads(opened(file))
    for path in (tmp_path / "runs").rglob("*"):
        assert not path.is_file() or key["privateKey"].encode() not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("hunter2", "It is not a passkey as a run keeps one."),
        (FOR.replace("DOMAIN", "other.example"), "It is for other.example, not for localhost."),
        (FOR.replace("DOMAIN", "host"), "It is for host, not for localhost."),
    ],
)
def test_what_is_no_passkey_of_the_site_is_said_before_anything_opens(
    value: str, says: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "robot.txt").write_text(value, "utf-8")
    with pytest.raises(runwright.UserError, match=says) as failed:
        run(f'from: "file:{tmp_path / "robot.txt"}"', "Sign in with a passkey", "Welcome, robot")
    assert value not in str(failed.value)
