"""Which texts beside a label such as *Token* count as a credential, and which do not."""

from __future__ import annotations

import random
import string

import pytest

from runwright.engine.browser.observation import looks_random


@pytest.mark.parametrize("length", [20, 24, 32, 40])
def test_random_letters_and_digits_look_random(length: int) -> None:
    generator = random.Random(length)
    texts = ["".join(generator.choices(string.ascii_letters + string.digits, k=length)) for _ in range(20_000)]
    without_digits = [text for text in texts if text.isalpha()]
    assert length > 32 or without_digits, "no text without a digit was generated: the test proves nothing"
    missed = [text for text in texts if not looks_random(text)]
    assert len(missed) <= 2, f"{len(missed)} of {len(texts)} count as words: {missed[:3]}"


@pytest.mark.parametrize(
    "text",
    ["ZLXjiwjFNGoYtXzfTAfakibz", "kwzr7342hbxt9563mfgdpqns", "abc123" * 4, "AKIAIOSFODNN7EXAMPLE1"],
)
def test_a_credential_looks_random(text: str) -> None:
    assert looks_random(text)


@pytest.mark.parametrize(
    "text",
    [
        "slackSigningSecretRotationEnabled",
        "incoming-webhook-signing-secret",
        "SLACK_VERIFICATION_TOKEN",
        "a text with several words in it",
        "ZLXjiwjFNGoYtXz",
        "/settings/tokens/create",
        "20261124033000000000000",
    ],
)
def test_a_name_that_people_write_does_not_look_random(text: str) -> None:
    assert not looks_random(text)
