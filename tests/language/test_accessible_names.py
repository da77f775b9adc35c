"""Comparison of names: which differences are ignored, and which are not."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runwright.language import accessible_names
from runwright.language.expressions import Template
from runwright.language.targets import Name

SAME = [
    ("Save", "\ue001 Save"),
    ("Save", "Save \uf8ff"),
    ("Save", "\U000f0247Save"),
    ("Save as draft", "Save \ue001 as\u00a0draft"),
    ("Don't ask", "Don’t ask"),
    ("Don’t ask", "Don't ask"),
    ("שלום", "\u200fשלום\u200e"),
    ("⚙ Options", "⚙\ufe0f Options"),
    ("\ue001 Save", "Save"),
    ("\ue001", "\ue001"),
    ("Save", "Save Ctrl+S"),
    ("Save", "SaveCtrl+S"),
    ("Save", "Save (Ctrl+Shift+S)"),
    ("Save", "Save ⌘S"),
    ("Redo", "Redo ⇧⌘Z"),
    ("Close", "Close Alt+F4"),
    ("Search", "Search Ctrl K"),
    ("Import", "Import ctrl-i"),
    ("Settings", "Settings ctrl-,"),
    ("Columns", "Columns ctrl-shift-g c"),
    ("Keys", "Keys ⇧?"),
    ("Save Ctrl+S", "Save Ctrl+S"),
    ("C++", "C++"),
    ("Read/Write", "Read/Write"),
    ('Answer "yes"', 'Answer "yes"'),
    ("a.b", "a.b"),
]
OTHER = [
    ("Save", "save"),
    ("Save", "Save as"),
    ("Save", "Autosave"),
    ("Launch", "🚀 Launch"),
    ("Server", "Server F2"),
    ("Delivery", "Delivery Option A"),
    ("Plan", "Plan B"),
    ("Plan", "Planctrl-b"),
    ("Server", "Server alt-tag"),
    ("Server", "Server ctrl-a mode"),
    ("Save Ctrl+S", "Save"),
    ("a.b", "axb"),
    ("\ue001", "\ue002"),
    ("", "Save"),
]


def exact(text: str) -> Name:
    return Name("exact", Template((text,)))


@pytest.mark.parametrize(("name", "shown"), SAME)
def test_names_that_are_equal(name: str, shown: str) -> None:
    assert accessible_names.fits(exact(name), shown)


@pytest.mark.parametrize(("name", "shown"), OTHER)
def test_names_that_differ(name: str, shown: str) -> None:
    assert not accessible_names.fits(exact(name), shown)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_every_name_matches_itself(name: str) -> None:
    assert accessible_names.fits(exact(name), name)


@settings(deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
@example("\U000f0000", "0")
def test_a_longer_name_starts_with_it_and_contains_it(name: str, more: str) -> None:
    for kind, longer in (("starting", f"{name} {more}"), ("containing", f"{more} {name} {more}")):
        assert accessible_names.fits(Name(kind, Template((name,))), longer)  # type: ignore[arg-type]


def test_plain_removes_silent_characters() -> None:
    assert accessible_names.plain("\ue5d2 Save\u200f  all ") == "Save all"
    assert accessible_names.plain("\ue5d2") == "\ue5d2"
