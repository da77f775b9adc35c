"""Small files that are deep, repeat themselves or never end are refused with their place, in bounded work."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from support.cli_calls import call

from runwright.engine.errors import EnvironmentFailure
from runwright.engine.run import early_start
from runwright.language.diagnostics import MOST_ERRORS, Diagnostic, UserError
from runwright.language.patterns import Pattern
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

HEAD = """name: T
sites: {{ shop: {{ url: "https://shop.example" }} }}
{blocks}sections:
  - name: Look
    open: shop /
    steps:
      - {step}
"""


def chain(length: int, times: int) -> str:
    inner = "".join(f"  b{n}:\n" + f"    - use: b{n + 1}\n" * times for n in range(length))
    return f'blocks:\n{inner}  b{length}:\n    - expect: heading "H"\n'


EXPECT = 'expect: heading "H"'
READ = 'read: heading "H"\n        into: x\n        match: '
STEPS: dict[str, tuple[str, str, str]] = {
    "in": (EXPECT + ' in row "R"' * 2000, "", "The target has"),
    "in, in a short line": (EXPECT + ' in row "R"' * 100, "", "more than 20 levels"),
    "near": (EXPECT + ' near row "R"' * 100, "", "more than 20 levels"),
    "parentheses": (EXPECT + ' near (row "R"' * 100 + ")" * 100, "", "more than 20 levels"),
    "names": (EXPECT + ' or "R"' * 300, "", "more than 100 names"),
    "groups of a target's pattern": ("expect: heading /" + "(" * 400 + "a" + ")" * 400 + "/", "", "100 groups"),
    "groups of a pattern": (READ + "(" * 400 + "a" + ")" * 400, "", "100 groups"),
    "repetitions of a pattern": (READ + '"((a{100}){100}){100}"', "", "Invalid pattern"),
    "lookaround": (READ + '"(?=a)a"', "", "Invalid pattern"),
    "attributes": ("expect: ${" + "x." * 300 + "x}", "", "more than 50 levels"),
    "operators": ("expect: ${" + "not " * 200 + "x}", "", "more than 50 levels"),
    "expressions that stay open": ('expect: heading "' + "${" * 1900 + '"', "", "not closed"),
    "expressions in a text": ('fill: textbox "A"\n        with: \'' + "${a}" * 300 + "'", "", "200 expressions"),
    "a chain of blocks": ("use: b0", chain(900, 1), "inside each other"),
    "blocks that double": ("use: b0", chain(24, 2), "more than 10,000 steps"),
    "lists": ("expect: " + "[" * 60 + "]" * 60, "", "more than 50 levels"),
    "unknown keys": (EXPECT + "".join(f"\n        k{n}: 1" for n in range(10_000)), "", "1,000 keys"),
    "90,000 keys": (EXPECT + "".join(f"\nk{n}: 1" for n in range(90_000)), "", "1,000 keys"),
    "unknown verbs": ("\n      - ".join(f"v{n}: 1" for n in range(9_000)), "", "Unknown verb"),
    "undefined names": ("\n      - ".join(f'expect: text "${{x{n}}}"' for n in range(9_000)), "", "not defined"),
    "the same key": (EXPECT + "\nk: 1" * 30_000, "", "Duplicate key"),
    "comments": (EXPECT + "".join(f"\nk{n}: #x" for n in range(30_000)), "", "starts a comment"),
    "a long line": ('expect: heading "' + "a" * 900_000 + '"', "", "The target has"),
    "a long line that is no YAML": ('expect: "' + " " * 400_000 + "a" + " " * 400_000 + '" x', "", "YAML"),
    "blanks of a state": ('expect: textbox "A" [a' + " " * 3_000 + '"', "", "Invalid state"),
    "counts": ('expect: \'count of row "a"' + " is 3 x" * 400 + "'", "", "Invalid count"),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_small_and_deep_runbook_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    step, blocks, message = STEPS[name]
    path = tmp_path / "deep.yaml"
    path.write_text(HEAD.format(step=step, blocks=blocks), "utf-8")
    assert path.stat().st_size < 1_000_000
    with pytest.raises(UserError) as refused:
        load(path, vocabulary())
    found = refused.value.diagnostics
    assert any(message in each.message for each in found), [each.message[:200] for each in found[:3]]
    first = found[0]
    assert first.path == path and first.mark is not None and first.mark.line > 1, first
    assert len(found) <= MOST_ERRORS + 1
    assert all(len(str(each)) < 4_000 for each in found), "what is quoted is cut"


LIMITED = """
import pathlib, resource, runpy, sys
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
resource.setrlimit(resource.RLIMIT_AS, (800_000_000, 800_000_000))
sys.argv = ["runwright", "validate", *sys.argv[1:]]
try:
    runpy.run_module("runwright", run_name="__main__")
finally:
    # Not `ru_maxrss`: a process begins with the peak of the one that it was forked from.
    peak = next(line for line in pathlib.Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print("KiB", peak.split()[1], file=sys.stderr)
"""


@pytest.mark.parametrize(
    "name", ["blocks that double", "90,000 keys", "undefined names", "a long line that is no YAML"]
)
def test_validate_stays_within_300_mb(name: str, tmp_path: Path) -> None:
    step, blocks, _ = STEPS[name]
    (tmp_path / "deep.yaml").write_text(HEAD.format(step=step, blocks=blocks), "utf-8")
    done = subprocess.run([sys.executable, "-c", LIMITED, "deep.yaml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr[-2000:]
    assert int(done.stderr.split("KiB ")[-1]) < 300_000, done.stderr


def work(size: int, step: Callable[[int], str], tmp_path: Path) -> int:
    """The number of Python functions that are called to read a runbook of a size."""
    path, words, calls = tmp_path / "grown.yaml", vocabulary(), 0
    path.write_text(HEAD.format(step=step(size), blocks=""), "utf-8")

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        load(path, words)
    except UserError:
        pass
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "step",
    [
        lambda size: "\n      - ".join(f"v{n}: 1" for n in range(size)),
        lambda size: "\n      - ".join(f'expect: text "${{x{n}}}"' for n in range(size)),
        lambda size: "\n      - ".join(f'expect: text "{n}"' for n in range(size)),
        lambda size: EXPECT + "\nk: 1" * size,
    ],
    ids=["unknown verbs", "undefined names", "valid steps", "the same key"],
)
def test_the_work_grows_with_the_size_and_not_with_its_square(step: Callable[[int], str], tmp_path: Path) -> None:
    work(10, step, tmp_path)
    small = work(1_000, step, tmp_path)  # more than the caches of expressions hold
    assert work(4_000, step, tmp_path) < 5 * small


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """No driver and no browser start while a file is read, for calls that end before a run."""

    def driver() -> NoReturn:
        raise EnvironmentFailure("No browser in this test.")

    monkeypatch.setattr(early_start, "driver", driver)


@pytest.mark.usefixtures("no_browser")
def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    runbook = tmp_path / "look.yaml"
    runbook.write_text(HEAD.format(step=EXPECT, blocks=""), "utf-8")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    (tmp_path / "folder.yaml").mkdir()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(os.path.relpath(tmp_path / "socket.yaml"))
        for name in ("pipe.yaml", "zero.yaml", "folder.yaml", "socket.yaml"):
            for words in (
                ("validate", name),
                ("check", name),
                ("check", "look", "--inputs", name),
                ("check", "look.yaml", "--inputs", name),
                ("check", "look.yaml", "--guide", name),
                ("guide", "coverage", "look.yaml", "--guide", name),
            ):
                done = call(*words, cwd=tmp_path)
                assert done.returncode == 2, (words, done)


@pytest.mark.usefixtures("no_browser")
def test_a_secret_is_read_from_a_file_that_ends(tmp_path: Path) -> None:
    text = HEAD.format(step='fill: textbox "A"\n        with: ${pin}', blocks="")
    (tmp_path / "look.yaml").write_text(f"secrets: {{ pin: {{ description: A, typed_at: shop }} }}\n{text}", "utf-8")
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "/dev/zero", "."):
        done = call("run", "look.yaml", "--yes", "--secret", f"pin=file:{name}", cwd=tmp_path)
        assert done.returncode == 2 and "has no value" in done.stdout + done.stderr, done


@pytest.mark.parametrize("name", ["...yaml", "..yaml", "a\nb.yaml", "\x1b[2J.yaml", "a:b.yaml", "x" * 230 + ".yaml"])
def test_a_name_that_cannot_be_that_of_a_folder_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(HEAD.format(step=EXPECT, blocks=""), "utf-8")
    done = call("validate", name, cwd=tmp_path)
    assert done.returncode == 2 and "The file's name cannot be that of a runbook" in done.stdout, done
    assert "\x1b" not in done.stdout and not done.stdout.startswith("a\n"), "a name is never printed raw"


@pytest.mark.parametrize("source", ["(a+)+", "(a|a)*b", "(.*)*x", "a*a*a*a*a*a*a*b", "([a-z]+)*[A-Z]"])
def test_a_pattern_takes_time_in_proportion_to_the_text(source: str) -> None:
    """An engine that backtracks would need longer than the universe is old."""
    assert not Pattern(source).fullmatch("a" * 100_000 + "!")
    assert Pattern("(a+)+b").search("a" * 100_000 + "b")


def test_a_pattern_of_an_input_does_not_hold_the_call(tmp_path: Path) -> None:
    text = HEAD.format(step=EXPECT, blocks='inputs: { code: { description: A, match: "(a+)+b" } }\n')
    (tmp_path / "look.yaml").write_text(text, "utf-8")
    done = call("check", "look.yaml", "-i", f"code={'a' * 60}c", cwd=tmp_path)
    assert done.returncode == 2 and "does not match `(a+)+b`" in done.stdout + done.stderr


def test_a_long_line_is_shown_around_its_error() -> None:
    from runwright.language.diagnostics import Mark

    line = "a" * 5_000 + "X" + "b" * 5_000
    shown = str(Diagnostic("Wrong.", "", Mark(1, 5_001), None, line)).splitlines()
    assert len(shown[1]) < 500
    assert shown[1][shown[2].index("^")] == "X"
