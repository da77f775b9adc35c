"""Every line that a message offers to paste is read back as it was meant, whatever names a page has."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from runwright.engine.errors import Candidate
from runwright.engine.option_lines import nearest, no_option
from runwright.engine.run.pointer import intercepted
from runwright.language.accessible_names import fits, plain
from runwright.language.conditions import All, Present
from runwright.language.diagnostics import UserError
from runwright.language.pasted_lines import as_value, cut_target
from runwright.language.runbook_loader import load
from runwright.language.runbook_model import Runbook, Step
from runwright.language.targets import Target, named
from runwright.language.verb_spec import vocabulary

WORDS = vocabulary()
HEAD = "name: T\nsites: { shop: { url: https://shop.example } }\n"
SECTION = "sections:\n  - name: S\n    open: shop /\n    ready: heading\n"
AWKWARD = (
    st.text(st.sampled_from("ab \"'\\${}[]:#,*&!|>%@`-?\t\n\u00a0\u200b\u2028\u0085\ue001é語😀\x07~=/")) | st.text()
)
ROLES = st.sampled_from(["button", "link", "textbox", "heading", "row", "iframe", "img", "dialog"])


def _read(tmp_path: Path, text: str) -> Runbook:
    path = tmp_path / "book.yaml"
    path.write_text(text, "utf-8")
    return load(path, WORDS)


def _named(target: Target, role: str, name: str) -> None:
    (head,) = target.alternatives
    assert head.role == role
    if plain(name):
        (read,) = head.names
        assert str(read.text) == plain(name)
        assert fits(read, name) or not name.strip()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROLES, AWKWARD)
@example("button", "Rate: high")
@example("button", "Pay ${amount}")
@example("button", "$${")
@example("link", "Ticket #12 {x}")
@example("button", "A, b [c]")
def test_a_control_is_pasted_as_a_step_and_in_a_list(tmp_path: Path, role: str, name: str) -> None:
    line = as_value(Candidate(role, name).line)
    steps = f"    done_when:\n      - {line}\n      - any:\n          - {line}\n    steps:\n      - click: {line}\n"
    section = _read(tmp_path, HEAD + SECTION + steps).sections[0]
    (step,) = section.steps
    assert isinstance(step, Step) and isinstance(section.fields.done_when, All)
    _named(step.arguments["target"], role, name)
    first = section.fields.done_when.conditions[0]
    assert isinstance(first, Present)
    _named(first.target, role, name)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(AWKWARD.filter(str.strip), AWKWARD.filter(str.strip))
@example("Pay ${amount}", "No: thanks")
def test_lines_that_dismiss_something_are_pasted_as_they_are(tmp_path: Path, name: str, button: str) -> None:
    failure = intercepted({"role": "dialog", "name": name, "text": "", "button": button}, "Click")
    text = HEAD + "\n".join(failure.nearest) + "\n" + SECTION + "    steps:\n      - expect: heading\n"
    (banner,) = _read(tmp_path, text).dismiss
    _named(banner.seen, "dialog", name)
    _named(banner.click, "button", button)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(AWKWARD.map(plain).filter(str.strip))
@example("yes")
@example("1.50")
@example("# 1")
def test_an_option_is_pasted_as_it_is(tmp_path: Path, name: str) -> None:
    (line,) = no_option("x", [name], 0).nearest
    text = f"{HEAD}{SECTION}    steps:\n      - choose: combobox\n        {line}\n"
    (step,) = _read(tmp_path, text).sections[0].steps
    assert isinstance(step, Step)
    value = step.arguments["option"]
    assert str(value) == name


def test_the_nearest_of_many_options_are_named_not_the_first() -> None:
    names = [f"Zone {number}" for number in range(500)] + ["Europe/Berlin (CET)", "Europe/Bern"]
    assert nearest("Europe/Berlin", names)[0] == "Europe/Berlin (CET)"
    failure = no_option("Europe/Berlin", names, 0)
    assert failure.message == "The list has no option “Europe/Berlin”, but 502 others."
    assert len(failure.nearest) == 5


@pytest.mark.parametrize(
    ("lines", "remedy"),
    [
        ('      - button "A: b"\n      - heading "x"\n', "'button \"A: b\"'"),
        ('      - any:\n          - button "A: b"\n', "'button \"A: b\"'"),
        ('      - link "Next"\n      - text "12"\n      - button "It\'s: b"\n', '"button \\"It\'s: b\\""'),
        (' [heading "x", button "A: b"]\n', "'button \"A: b\"'"),
        (' [button "A, b", heading "x"]\n', "'button \"A, b\"'"),
        (' [text "a [b]", heading "x"]\n', "'text \"a [b]\"'"),
        (' [button "Edit" [nth=2], heading "x"]\n', "'button \"Edit\" [nth=2]'"),
    ],
)
def test_a_target_that_yaml_cuts_in_a_list_is_explained_as_elsewhere(tmp_path: Path, lines: str, remedy: str) -> None:
    head = f"{HEAD}{SECTION}    done_when:" + ("\n" if lines.startswith("   ") else "")
    with pytest.raises(UserError) as invalid:
        _read(tmp_path, f"{head}{lines}    steps:\n      - expect: heading\n")
    first = invalid.value.diagnostics[0]
    assert "YAML reads a part of this target as its own syntax." in first.message
    assert first.remedy == f"Put it in quotes: {remedy}"


def test_a_target_that_yaml_reads_as_it_is_is_not_called_cut() -> None:
    for line in ('- button "A" [checked]', '- button "A, b"', 'done_when: [button "A", heading "B"]'):
        assert cut_target(line, line.index("button") + 1) is None, line
    assert as_value(str(named("button", "Save"))) == 'button "Save"'
