"""Small programs in the place of password managers, on a PATH of their own: they check arguments and print a value."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest


def install(folder: Path, name: str, body: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a Python program of this name first on PATH; its folder."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    program = tools / name
    program.write_text(f"#!{sys.executable} -IS\nimport sys\nwords = sys.argv[1:]\n{body}", "utf-8")
    program.chmod(0o755)
    if str(tools) not in os.environ["PATH"].split(os.pathsep):
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    return tools


def printing(expected: Sequence[str], value: str) -> str:
    """The body of a program that prints a value for exactly these arguments, and an error with the value otherwise."""
    return f"""
if words != {list(expected)!r}:
    print("wrong arguments; the value would be {value}", words, file=sys.stderr)
    print({value!r})
    sys.exit(3)
print({value!r})
"""


def taking(expected: Sequence[str], file: Path) -> str:
    """The body of a program that writes its standard input to a file, if its arguments are these."""
    return f"""
if words != {list(expected)!r}:
    print(sys.stdin.read(), words, file=sys.stderr)
    sys.exit(3)
open({str(file)!r}, "w").write(sys.stdin.read())
"""
