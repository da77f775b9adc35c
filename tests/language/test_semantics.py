"""What the parts of a runbook mean together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runwright.engine.run.plan import make_plan
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.runbook_model import Group, flat
from runwright.language.verb_spec import vocabulary

TOP = """title: A page
inputs:
  name: { about: Somebody, default: Ann }
  ips: { about: Addresses, type: list, default: [] }
sites:
  shop: { url: https://shop.example, signed_out_when: link "Sign in" }
secrets:
  token: { about: The token, typed_at: shop }
  lost: { about: Typed nowhere }
blocks:
  way:
    - click: link "${name}"
sections:
"""


def messages(tmp_path: Path, sections: str, top: str = TOP) -> str:
    path = tmp_path / "book.yaml"
    path.write_text(top + sections, "utf-8")
    with pytest.raises(UserError) as caught:
        load(path, vocabulary())
    return str(caught.value)


def section(steps: str, head: str = "") -> str:
    return f"  - title: One\n    open: shop /\n{head}    steps:\n{steps}"


COMMIT = '      - click: button "Save"\n        commits: true\n'


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        (section(COMMIT), "has no `ready`"),
        (section(COMMIT, '    ready: heading "A"\n'), "has no `done_when`"),
        (section(COMMIT, '    ready: no heading "A"\n    done_when: text "B"\n'), "still loading"),
        (section(COMMIT, '    ready: heading "A"\n    done_when: text "B"\n    every_time: sent\n'), "exclude"),
        (section('      - click: button "A"\n', "    reach:\n" + COMMIT), "nothing on it may commit"),
        (section('      - fill: textbox "A"\n        with: x ${token}\n'), "stand alone"),
        (section('      - click: button "${token}"\n'), "stand alone"),
        (section('      - fill: textbox "A"\n        with: ${lost}\n'), "typed nowhere"),
        (section('      - click: button "A"\n', "    waits_for: Ann must allow it.\n"), "no `waits_when`"),
        (section('      - click: button "A"\n', '    waits_when: text "B"\n    waits_for: ${who}\n'), "`who` is not"),
        (section("      - hand_over: Ask Ann.\n        redo: Too\n"), "There is no section “Too”."),
        (section("      - use: wey\n"), "no block `wey`"),
        (section("      - open: shoop /\n"), "no site `shoop`"),
        (section("      - open: https://shop.example/x\n"), "a site's name and a path"),
        (section('      - click: button "A"\n        fill: textbox "B"\n'), "one verb"),
        (section('      - click: button "A"\n        with: x\n'), "has no `with`"),
        (section('      - fill: textbox "A"\n'), "needs `with`"),
        (section('      - read: text "A"\n        into: name\n'), "has a value already"),
        (section('      - expect: text "A"\n        commits: true\n'), "cannot commit"),
        (section('      - for_each: ip in ips\n        steps:\n          - click: text "${ip}"\n'), "is no loop"),
        (section('      - click: button "A"\n        timeout: 10\n'), "stretch of time"),
        (section('      - click: button "A"\n') * 2, "stands twice"),
        (section('      - read: text "A"\n        into: x\n        match: "["\n'), "It takes a regular expression"),
        (section('      - read: text "A"\n        into: x\n') + "  - title: Two\n    open: shop /\n    steps:\n"
         '      - click: link "${x}"\n', "Another section's steps read `x`"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(tmp_path: Path, sections: str, message: str) -> None:
    assert message in messages(tmp_path, sections)


@pytest.mark.parametrize(
    ("steps", "message", "remedy"),
    [
        ('- press: textbox "A"\n        key: Ctrl+A', "There is no key `Ctrl`.", "Write `Control`."),
        ('- press: textbox "A"\n        key: enter', "There is no key `enter`.", "Write `Enter`."),
        ('- press: textbox "A"\n        key: Control+', "`Control+` names no key.", "Control+a"),
        ('- press: textbox "A"\n        key: ä', "There is no key `ä`.", "Keys are called"),
        ('- ask: ""\n        into: code', "`ask` is empty.", ""),
        ('- hand_over: " "', "`hand_over` is empty.", ""),
        (
            '- hand_over: Ask Ann\n        until: text "A"\n        redo: One',
            "which exclude each other",
            "Keep the one",
        ),
        ('- upload: button "A"\n        files: []', "`files` is empty.", ""),
        ('- download: button "A"\n        named: ""', "`named` is empty.", ""),
        ('- click: button "A"\n        say: ""', "`say` is empty.", ""),
        ('- expect: text "A"\n        timeout: 0s', "`0s` is no time at all.", "500ms"),
        ('- for_each: x in ${"abc"}\n        steps:\n          - click: button "${x}"', "is no list.", "type: list"),
        ('- for_each: x in ${5 < "a"}\n        steps:\n          - click: button "${x}"', "is no list.", "type: list"),
        ('- expect:\n          any: text "A"', "`any` holds a list.", "Write `- `"),
    ],
)
def test_what_a_run_would_refuse_is_said_before_it(tmp_path: Path, steps: str, message: str, remedy: str) -> None:
    told = messages(tmp_path, section(f"      {steps}\n"))
    assert message in told
    assert remedy in told


@pytest.mark.parametrize(
    "key", ["Enter", "a", "+", "Control++", "Control+Shift+ArrowDown", "KeyA", "Space", '"${name}"']
)
def test_keys_that_there_are(tmp_path: Path, key: str) -> None:
    path = tmp_path / "book.yaml"
    path.write_text(TOP + section(f'      - press: textbox "A"\n        key: {key}\n'), "utf-8")
    load(path, vocabulary())


@pytest.mark.parametrize(
    ("top", "message"),
    [
        (
            "inputs: { n: { about: N, type: number, default: abc } }",
            "The default of `n` does not fit: `abc` is no whole",
        ),
        ("inputs: { n: { about: N, type: number, default: ² } }", "`²` is no whole number"),
        ("inputs: { n: { about: N, type: flag, example: maybe } }", "`maybe` is neither yes nor no"),
        ("inputs: { n: { about: N, type: url, default: example.com } }", "`example.com` is no address"),
        ("inputs: { n: { about: N, type: url, default: https://a.example:99999 } }", "is no address; write https"),
        ("inputs: { n: { about: N, max_length: 3, default: four } }", "it has 4 characters; 3 are allowed"),
        ("inputs: { n: { about: N, max_length: -5 } }", "no text is that short"),
        ("inputs: { n: { about: N, choices: [] } }", "`choices` of the input `n` is empty."),
        (
            "inputs: { n: { about: N, type: number, choices: [one] } }",
            "The choice `one` of `n`: `one` is no whole number",
        ),
        ("inputs: { n: { about: N, type: list, choices: [a], default: [a, b] } }", "none of its choices"),
        ('inputs: { n: { about: "" } }', "`about` of the input `n` is empty."),
        ('secrets: { s: { about: S, from: "env:" } }', "`from: env` of the secret `s` is not whole."),
        ('secrets: { s: { about: S, from: "prompt:x" } }', "`from: prompt` of the secret `s` is not whole."),
        ("secrets: { s: { about: S, from: hunter2 } }", "A secret's value never stands in a runbook."),
        ("sites: { shop: { url: https://shop.example:99999 } }", "`https://shop.example:99999` is no origin."),
        ("sites: { shop: { url: https://shop.example, also: [slack.com] } }", "which `also` of `shop` names"),
        ('sites: { shop: { url: "https://*.shop.example" } }', "`https://*.shop.example` is no origin."),
        ('sites: { shop: { url: "https://me@shop.example" } }', "`https://me@shop.example` is no origin."),
        ('sites: { shop: { url: https://a.example, also: ["https://b.*.example"] } }', "which `also` of `shop` names"),
        ('sites: { shop: { url: "" } }', "`url` of the site `shop` is empty."),
    ],
)
def test_what_is_declared_and_cannot_be_is_said(tmp_path: Path, top: str, message: str) -> None:
    sites = "" if top.startswith("sites:") else "sites: { shop: { url: https://shop.example } }\n"
    told = messages(tmp_path, section('      - click: button "A"\n'), f"title: T\n{sites}{top}\nsections:\n")
    assert message in told


def test_a_list_s_choices_are_those_of_its_items(tmp_path: Path) -> None:
    top = "title: T\nsites: { shop: { url: https://shop.example, also: [https://*.shop.example] } }\n"
    top += "inputs: { n: { about: N, type: list, choices: [a, b], default: [b] } }\nsections:\n"
    path = tmp_path / "book.yaml"
    path.write_text(top + section('      - click: button "A"\n'), "utf-8")
    assert load(path, vocabulary()).inputs["n"].default == ["b"]


def test_a_name_that_is_not_known_is_told_at_its_own_place(tmp_path: Path) -> None:
    steps = """      - click: button "Save ${no1}"
        when: ${no2 == "x"}
        say: |
          Press it,
          ${no3}, twice
        expect:
          any:
            - no text starting "${no4}"
            - url /x/${no5}
            - { every: "each in ${no6}", holds: 'text "${each} ${no7}"' }
      - for_each: ip in ${no8}
        unless: "text \\"${no9}\\""
        steps:
          - fill: textbox "A"
            with: ${token} and ${no10}
      - click: button "${no1}"
"""
    head = """    when: ${no11}
    done_when:
      - text "a"
      - text "${no12}"
    ready: text "${no13}"
"""
    path = tmp_path / "book.yaml"
    path.write_text(TOP + section(steps, head), "utf-8")
    lines = path.read_text("utf-8").splitlines()
    with pytest.raises(UserError) as caught:
        load(path, vocabulary())
    told = [(fault.mark, fault.message.split("`")[1]) for fault in caught.value.faults]
    assert len(told) == 15, "13 names, one of them twice, and the secret"
    for mark, name in told:
        assert mark is not None and lines[mark.line - 1][mark.column - 1 :].startswith(f"${{{name}"), (mark, name)
    assert len({mark for mark, _ in told}) == len(told)


@pytest.mark.parametrize("key", ["signed_out_when", "signed_in_as", "conceal"])
def test_names_in_what_a_site_declares_must_be_known(tmp_path: Path, key: str) -> None:
    value = "['text \"${nam}\"']" if key == "conceal" else 'text "${nam}"'
    top = TOP.replace("sites:\n", f"sites:\n  other:\n    url: https://other.example\n    {key}: {value}\n")
    assert "`nam` is not known here" in messages(tmp_path, section('      - click: button "A"\n'), top)


def test_a_variable_read_on_the_way_counts_later(tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    read = '    reach:\n      - read: text containing "ID"\n        into: client_id\n'
    later = '  - title: Two\n    open: shop /\n    steps:\n      - click: link "${client_id}"\n'
    path.write_text(TOP + section('      - click: button "A"\n', read) + later, "utf-8")
    assert len(load(path, vocabulary()).sections) == 2


def test_a_block_stands_where_its_name_stands(tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    path.write_text(TOP + section("      - use: way\n", "    reach: way\n"), "utf-8")
    book = load(path, vocabulary())
    assert [step.verb for step in flat(book.sections[0].reach)] == ["click"]
    assert isinstance(book.sections[0].steps[0], Group)


@pytest.mark.parametrize("line", ['expect: heading "A"', "commits: true", "timeout: 3s", "go_on: true"])
def test_what_is_for_the_steps_of_a_block_is_refused_around_its_name(tmp_path: Path, line: str) -> None:
    said = messages(tmp_path, section(f"      - use: way\n        {line}\n"))
    assert f"`use` has no `{line.split(':')[0]}`" in said


def test_a_block_that_uses_itself_is_refused(tmp_path: Path) -> None:
    top = TOP.replace('    - click: link "${name}"', "    - use: way")
    assert "uses itself" in messages(tmp_path, section("      - use: way\n"), top)


VERB = '''from typing import ClassVar

from runwright.verb import Stage, Target, Verb


class {title}(Verb):
    """Tap it.

    ```yaml
    - {name}: button "A"
    ```
    """

    name: ClassVar[str] = "{name}"
    says: ClassVar[str] = "Tap {{target}}"

    target: Target
    """What to tap."""

    def act(self, stage: Stage) -> None:
        stage.control.click()
'''


def test_a_verb_is_one_file_in_the_users_own_steps(tmp_path: Path) -> None:
    steps = tmp_path / "steps"
    steps.mkdir()
    (steps / "tap.py").write_text(VERB.format(title="Tap", name="tap"))
    (steps / "way there.yaml").write_text('- tap: button "Go"\n')
    path = tmp_path / "book.yaml"
    path.write_text(TOP + section('      - tap: button "A"\n      - use: way there\n'), "utf-8")
    book = load(path, vocabulary(steps))
    assert [step.verb for step in flat(book.sections[0].steps)] == ["tap", "tap"]


def test_a_taken_name_is_an_error_that_names_both_files(tmp_path: Path) -> None:
    steps = tmp_path / "steps"
    steps.mkdir()
    (steps / "click.py").write_text(VERB.format(title="Click", name="click"))
    with pytest.raises(UserError) as caught:
        vocabulary(steps)
    text = str(caught.value)
    assert str(steps / "click.py") in text
    assert str(Path("steps/click.py")) in text.replace(str(steps), "")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import nothing_of_this_name\n", "cannot be loaded (line 1)"),
        ("x = (\n", "cannot be loaded"),
        ("x = 1\n", "defines 0 verbs"),
        (VERB.format(title="Tap", name="top"), "is named `top`"),
    ],
)
def test_a_broken_verb_is_said_without_a_traceback(tmp_path: Path, source: str, message: str) -> None:
    steps = tmp_path / "steps"
    steps.mkdir()
    (steps / "tap.py").write_text(source)
    with pytest.raises(UserError) as caught:
        vocabulary(steps)
    assert message in str(caught.value)


def test_an_input_that_does_not_fit_its_pattern_is_told_with_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    given = '{ about: Where the shop is. It begins with https://, type: url, match: "https://.*" }'
    path.write_text(
        TOP.replace("inputs:\n", f"inputs:\n  shop: {given}\n") + section("      - open: shop /\n"), "utf-8"
    )
    book = load(path, vocabulary())
    assert make_plan(book, {"shop": "https://shop.example/"}, {}, False).inputs["shop"] == "https://shop.example"
    with pytest.raises(UserError) as refused:
        make_plan(book, {"shop": "http://shop.example"}, {}, False)
    [fault] = refused.value.faults
    assert fault.message == "The input `shop`: `http://shop.example` does not fit `https://.*`."
    assert fault.remedy == "It is: Where the shop is. It begins with https://"


def test_an_example_fits_the_pattern_of_its_input(tmp_path: Path) -> None:
    top = TOP.replace("inputs:\n", 'inputs:\n  shop: { about: A, match: "https://.*", example: http://shop.example }\n')
    told = messages(tmp_path, section("      - open: shop /\n"), top)
    assert "The example `http://shop.example` of `shop` does not fit its `match`." in told


@pytest.mark.parametrize(
    ("declared", "given", "said"),
    [
        ("type: number, choices: ['1', '2']", "7", "`7` is none of 1, 2."),
        ('type: number, match: "20[0-9]{2}"', "3", "does not fit"),
        ("type: list, choices: [a, b]", "a,z", "`z` is none of a, b."),
        ("type: list, max_length: 2", "ab,abc", "it has 3 characters; 2 are allowed."),
        ("max_length: 2", "abc", "it has 3 characters; 2 are allowed."),
    ],
)
def test_what_an_input_may_be_holds_for_every_type(tmp_path: Path, declared: str, given: str, said: str) -> None:
    path = tmp_path / "book.yaml"
    inputs = f"inputs:\n  given: {{ about: Something, {declared} }}\n"
    rest = "sites: { a: { url: https://a.example } }\nsections: [{ title: L, open: a / }]\n"
    path.write_text(f"title: T\n{inputs}{rest}", "utf-8")
    with pytest.raises(UserError, match=re.escape(said)):
        make_plan(load(path, vocabulary()), {"given": given}, {}, False)


def test_what_cannot_be_worked_out_of_the_inputs_is_told_before_anything_runs(tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    inputs = "inputs:\n  seats: { about: Seats }\n  hosts: { about: Hosts, type: list }\n"
    sections = "sections:\n  - title: Many\n    open: a /\n    when: ${seats > 10}\n    steps: []\n"
    path.write_text(f'title: T\n{inputs}sites: {{ a: {{ url: "https://a.example" }} }}\n{sections}')
    with pytest.raises(UserError, match="`when` of “Many”"):
        make_plan(load(path, vocabulary()), {"seats": "few"}, {}, False)
    path.write_text(f'title: T\n{inputs}sites: {{ a: {{ url: "https://${{hosts[0]}}" }} }}\n{sections}')
    with pytest.raises(UserError, match=r"book\.yaml:5"):
        make_plan(load(path, vocabulary()), {"seats": "few"}, {}, False)
