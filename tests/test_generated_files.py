"""Generated runbooks, input files, guides and journals: no traceback, no hang, no growth.

`RUNWRIGHT_GENERATED=5000 python -m pytest tests/test_generated_files.py` tries 5,000 of each kind.
"""

from __future__ import annotations

import gc
import os
import random
import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from evidence.conftest import Made, made, make  # noqa: F401
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runwright.evidence.statuses import VerifyStatus
from runwright.evidence.verify import verify
from runwright.guide.parse.guide_reader import read_guide
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.project.discovery import read_inputs

EXAMPLES = int(os.environ.get("RUNWRIGHT_GENERATED", "300"))
MOST_MEMORY = 300_000
"""KiB that the whole process may grow by while one kind is tried."""
ROOT = Path(__file__).parents[1]
RUNBOOK = (ROOT / "runbooks" / "slack-alerts.yaml").read_bytes()
GUIDE = (ROOT / "docs" / "guides" / "slack-alerts.en.md").read_bytes()
INPUTS = b"workspace: Acme\nchannel: alerts\nlist:\n  - one\n  - 'two'\nwandb_url: https://wandb.acme.example\n"
PIECES = [
    *rb"""" ' ${ } [ ] { ( ) #""".split(),
    *rb"&a *a !!x | % ` <div> <!-- ``` null true -1 1e999 ${a.b[0]} /(a+)+$/ [nth=2] [value=".split(),
    *(b": ", b"- ", b"\n", b"\t", b"\r", b"\xff", b"\x00", b"\x1b[2J", "\u202e\U0001f600".encode(), b"| a |"),
    *(b"in row ", b"near ", b"or ", b"containing ", b"count of ", b" is 3", b"no ", b"not ", b" | lower"),
    *(b"  for_each: x in ${y}\n", b"  use: a\n", b"  when: ", b"changes: true", b'"event":"end"', b'"step":'),
    *(b"9" * 5000, b"a" * 3000, b"[" * 60, b"  " * 60, b"{" * 30),
]
ROLES = ["button", "row", "heading", "text", "css", "nothing", "iframe"]
FIELDS = ["expect", "click", "fill", "read", "use", "when", "steps", "for_each", "with", "match", "into", "name", "any"]


@st.composite
def mutated(draw: st.DrawFn, whole: bytes) -> bytes:
    """A valid file with some pieces removed, doubled, moved, or put into it. One seed draws them all."""
    chance = random.Random(draw(st.integers(0, 2**63)))
    data = bytearray(whole)
    for _ in range(chance.randint(1, 12)):
        at, other = chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)
        part = bytes(data[at : at + chance.choice((1, 3, 40, 400))])
        match chance.randrange(5):
            case 0:
                del data[at : at + len(part)]
            case 1:
                data[other:other] = part * chance.choice((1, 2, 30))
            case 2:
                data[at:at] = chance.choice(PIECES) * chance.choice((1, 1, 1, 2, 40, 500))
            case 3 if data and at < len(data):
                data[at] = chance.randrange(256)
            case _:
                lines = bytes(data).splitlines(keepends=True)
                chance.shuffle(lines) if chance.random() < 0.1 else lines.reverse() if chance.random() < 0.05 else None
                data = bytearray(b"".join(lines))
    return bytes(data[:1_200_000])


targets = st.recursive(
    st.builds(lambda role, name: f'{role} "{name}"', st.sampled_from(ROLES), st.text(max_size=12)),
    lambda inner: st.builds(
        lambda one, word, other: f"{one} {word} {other}",
        inner,
        st.sampled_from(["in", "near", "before", "or", "in (", "column", "with_text", "[nth=2]", "[checked]"]),
        inner,
    ),
    max_leaves=30,
)


def nested(value: object, indent: int) -> str:
    """A value as YAML, whatever it is."""
    pad = "  " * indent
    if isinstance(value, dict):
        return "".join(f"\n{pad}{key}: {nested(each, indent + 1)}" for key, each in value.items())
    if isinstance(value, list):
        return "".join(f"\n{pad}- {nested(each, indent + 1).lstrip()}" for each in value)
    return str(value)


values = st.recursive(
    st.one_of(targets, st.text(max_size=20), st.sampled_from(["${x}", "${a.b[0] | lower}", "yes", "5s", "greet"])),
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5)),
    max_leaves=40,
)
generated = st.builds(
    lambda steps, blocks: (
        'name: T\nsites: { shop: { url: "https://shop.example" } }\n'
        f"blocks:\n  greet: {nested(blocks, 2)}\n"
        f"sections:\n  - name: S\n    open: shop /\n    steps: {nested(steps, 3)}\n"
    ).encode("utf-8", "replace"),
    st.lists(values, min_size=1, max_size=6),
    st.lists(values, min_size=1, max_size=4),
)
BATCH = 500
"""Examples of one search: Hypothesis remembers all that it has tried in it, about 200 KB for each."""


def every(files: st.SearchStrategy[bytes], attempt: Callable[[bytes], None]) -> None:
    """Try a number of files, in one search after the other."""
    for start in range(0, EXAMPLES, BATCH):

        @settings(
            max_examples=min(BATCH, EXAMPLES - start),
            deadline=20_000,  # ms for one example; the machine may be busy, and a hang takes longer
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        @given(files)
        def search(data: bytes) -> None:
            attempt(data)

        search()
        del search
        gc.collect()


@pytest.fixture(autouse=True)
def bounded() -> None:
    """The process stays within a bound, whatever was read."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < MOST_MEMORY, f"{grown:,} KiB more than before"


pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]


def accepted_or_refused(read: Callable[[], object], path: Path) -> None:
    """It is read, or refused with a message that names the file; anything else is a bug."""
    try:
        read()
    except UserError as error:
        assert error.diagnostics and all(str(each) for each in error.diagnostics)
        assert len(error.diagnostics) <= 101 and sum(len(str(each)) for each in error.diagnostics) < 500_000


def test_generated_runbooks(tmp_path: Path) -> None:
    words, path = vocabulary(), tmp_path / "book.yaml"

    def attempt(data: bytes) -> None:
        path.write_bytes(data)
        accepted_or_refused(lambda: load(path, words), path)

    every(st.one_of(mutated(RUNBOOK), generated), attempt)


def test_generated_input_files(tmp_path: Path) -> None:
    path = tmp_path / "inputs.yaml"

    def attempt(data: bytes) -> None:
        path.write_bytes(data)
        accepted_or_refused(lambda: read_inputs([], path), path)

    every(mutated(INPUTS), attempt)


@pytest.mark.parametrize("suffix", ["md"])
def test_generated_guides(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"guide.{suffix}"

    def attempt(data: bytes) -> None:
        path.write_bytes(data)
        accepted_or_refused(lambda: read_guide(path), path)

    every(mutated(GUIDE), attempt)


def test_generated_journals(made: Made) -> None:  # noqa: F811
    """A journal that says something else under the same digest is never intact."""
    path = made.path / "events.jsonl"
    whole = path.read_bytes()

    def attempt(data: bytes) -> None:
        path.write_bytes(data)
        result = verify(made.path, digest=made.digest)
        assert not any(each.startswith("The folder could not be verified") for each in result.problems), result.problems
        assert (result.verdict is VerifyStatus.INTACT) == (data == whole)

    every(mutated(whole), attempt)
