"""Semantic checks of a runbook, and the loading of verbs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runwright.engine.run.plan import make_plan
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.runbook_model import Group, flat
from runwright.language.verb_spec import vocabulary

TOP = """name: A page
inputs:
  name: { description: Somebody, default: Ann }
  ips: { description: Addresses, type: list, default: [] }
sites:
  shop: { url: https://shop.example, signed_out_when: link "Sign in" }
secrets:
  token: { description: The token, typed_at: shop }
  lost: { description: Typed nowhere }
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
    return f"  - name: One\n    open: shop /\n{head}    steps:\n{steps}"


CHANGE = '      - click: button "Save"\n        changes: true\n'


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        (section(CHANGE), "has no `ready`"),
        (section(CHANGE, '    ready: heading "A"\n'), "has no `done_when`"),
        (section(CHANGE, '    ready: no heading "A"\n    done_when: text "B"\n'), "still loading"),
        (
            section(CHANGE, '    ready: heading "A"\n    done_when: text "B"\n    always_run: sent\n'),
            "mutually exclusive",
        ),
        (
            section('      - click: button "A"\n', "    navigation:\n" + CHANGE),
            "A step in `navigation` cannot make changes.",
        ),
        (
            section('      - fill: textbox "A"\n        with: x ${token}\n'),
            "A secret can only be the whole value of `with`.",
        ),
        (section('      - click: button "${token}"\n'), "A secret can only be the whole value of `with`."),
        (section('      - fill: textbox "A"\n        with: ${lost}\n'), "has no `typed_at`"),
        (section('      - click: button "A"\n', "    waits_for: Ann must allow it.\n"), "but no `waits_when`"),
        (
            section('      - click: button "A"\n', '    waits_when: text "B"\n    waits_for: ${who}\n'),
            "`who` is not defined",
        ),
        (section("      - manual: Ask Ann.\n        redo: Too\n"), "Unknown section “Too”."),
        (section("      - use: wey\n"), "Unknown block `wey`"),
        (section("      - open: shoop /\n"), "Unknown site `shoop`"),
        (section("      - open: https://shop.example/x\n"), "a site's name and a path"),
        (section('      - click: button "A"\n        fill: textbox "B"\n'), "A step has one verb"),
        (section('      - click: button "A"\n        with: x\n'), "has no field `with`"),
        (section('      - fill: textbox "A"\n'), "needs `with`"),
        (section('      - read: text "A"\n        into: name\n'), "already has a value"),
        (section('      - expect: text "A"\n        changes: true\n'), "is read-only, so it cannot make changes"),
        (
            section('      - for_each: ip in ips\n        steps:\n          - click: text "${ip}"\n'),
            "Invalid loop `ip in ips`",
        ),
        (section('      - click: button "A"\n        timeout: 10\n'), "Invalid duration `10`: write `10s` or `2m`."),
        (section('      - click: button "A"\n') * 2, "Duplicate section name “One”"),
        (section('      - read: text "A"\n        into: x\n        match: "["\n'), "Write a regular expression"),
        (
            section('      - read: text "A"\n        into: x\n') + "  - name: Two\n    open: shop /\n    steps:\n"
            '      - click: link "${x}"\n',
            "The steps of another section read `x`",
        ),
    ],
)
def test_an_inconsistent_runbook_is_reported(tmp_path: Path, sections: str, message: str) -> None:
    assert message in messages(tmp_path, sections)


@pytest.mark.parametrize(
    ("steps", "message", "remedy"),
    [
        ('- press: textbox "A"\n        key: Ctrl+A', "Unknown key `Ctrl`.", "Write `Control`."),
        ('- press: textbox "A"\n        key: enter', "Unknown key `enter`.", "Write `Enter`."),
        ('- press: textbox "A"\n        key: Control+', "`Control+` does not name a key.", "Control+a"),
        ('- press: textbox "A"\n        key: ä', "Unknown key `ä`.", "Write a key name such as"),
        ('- ask: ""\n        into: code', "`ask` is empty.", ""),
        ('- manual: " "', "`manual` is empty.", ""),
        (
            '- manual: Ask Ann\n        until: text "A"\n        redo: One',
            "are mutually exclusive",
            "Keep one",
        ),
        ('- upload: button "A"\n        files: []', "`files` is empty.", ""),
        ('- download: button "A"\n        save_as: ""', "`save_as` is empty.", ""),
        ('- click: button "A"\n        name: ""', "`name` is empty.", ""),
        ('- expect: text "A"\n        timeout: 0s', "Invalid duration `0s`: it must be longer than zero.", "500ms"),
        ('- for_each: x in ${"abc"}\n        steps:\n          - click: button "${x}"', "is not a list", "type: list"),
        (
            '- for_each: x in ${5 < "a"}\n        steps:\n          - click: button "${x}"',
            "is not a list.",
            "type: list",
        ),
        ('- expect:\n          any: text "A"', "`any` must be a list.", "Write `- `"),
    ],
)
def test_what_a_run_would_reject_is_reported_before_it(tmp_path: Path, steps: str, message: str, remedy: str) -> None:
    reported = messages(tmp_path, section(f"      {steps}\n"))
    assert message in reported
    assert remedy in reported


@pytest.mark.parametrize(
    "key", ["Enter", "a", "+", "Control++", "Control+Shift+ArrowDown", "KeyA", "Space", '"${name}"']
)
def test_valid_keys(tmp_path: Path, key: str) -> None:
    path = tmp_path / "book.yaml"
    path.write_text(TOP + section(f'      - press: textbox "A"\n        key: {key}\n'), "utf-8")
    load(path, vocabulary())


@pytest.mark.parametrize(
    ("top", "message"),
    [
        (
            "inputs: { n: { description: N, type: number, default: abc } }",
            "Invalid default for `n`: `abc` is not a whole",
        ),
        ("inputs: { n: { description: N, type: number, default: ² } }", "`²` is not a whole number"),
        ("inputs: { n: { description: N, type: flag, example: maybe } }", "`maybe` is neither yes nor no"),
        ("inputs: { n: { description: N, type: url, default: example.com } }", "`example.com` is not a URL"),
        (
            "inputs: { n: { description: N, type: url, default: https://a.example:99999 } }",
            "is not a URL; write https",
        ),
        (
            "inputs: { n: { description: N, max_length: 3, default: four } }",
            "has 4 characters; the maximum is 3",
        ),
        ("inputs: { n: { description: N, max_length: -5 } }", "it must be at least 1"),
        ("inputs: { n: { description: N, choices: [] } }", "`choices` of the input `n` is empty."),
        (
            "inputs: { n: { description: N, type: number, choices: [one] } }",
            "Invalid choice `one` for `n`: `one` is not a whole number",
        ),
        ("inputs: { n: { description: N, type: list, choices: [a], default: [a, b] } }", "not one of its choices"),
        ('inputs: { n: { description: "" } }', "`description` of the input `n` is empty."),
        ('secrets: { s: { description: S, from: "env:" } }', "Invalid `from: env` for the secret `s`."),
        ('secrets: { s: { description: S, from: "prompt:x" } }', "Invalid `from: prompt` for the secret `s`."),
        ("secrets: { s: { description: S, from: hunter2 } }", "A runbook cannot contain the value of a secret."),
        ("sites: { shop: { url: https://shop.example:99999 } }", "Invalid origin `https://shop.example:99999`."),
        (
            "sites: { shop: { url: https://shop.example, also: [slack.com] } }",
            "Invalid origin `slack.com` in `also` of `shop`.",
        ),
        ('sites: { shop: { url: "https://*.shop.example" } }', "Invalid origin `https://*.shop.example`."),
        ('sites: { shop: { url: "https://me@shop.example" } }', "Invalid origin `https://me@shop.example`."),
        ('sites: { shop: { url: https://a.example, also: ["https://b.*.example"] } }', "in `also` of `shop`."),
        ('sites: { shop: { url: "" } }', "`url` of the site `shop` is empty."),
    ],
)
def test_an_invalid_declaration_is_reported(tmp_path: Path, top: str, message: str) -> None:
    sites = "" if top.startswith("sites:") else "sites: { shop: { url: https://shop.example } }\n"
    reported = messages(tmp_path, section('      - click: button "A"\n'), f"name: T\n{sites}{top}\nsections:\n")
    assert message in reported


def test_the_choices_of_a_list_apply_to_its_items(tmp_path: Path) -> None:
    top = "name: T\nsites: { shop: { url: https://shop.example, also: [https://*.shop.example] } }\n"
    top += "inputs: { n: { description: N, type: list, choices: [a, b], default: [b] } }\nsections:\n"
    path = tmp_path / "book.yaml"
    path.write_text(top + section('      - click: button "A"\n'), "utf-8")
    assert load(path, vocabulary()).inputs["n"].default == ["b"]


def test_an_undefined_name_is_reported_at_its_own_position(tmp_path: Path) -> None:
    steps = """      - click: button "Save ${no1}"
        when: ${no2 == "x"}
        name: |
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
    reported = [
        (each.mark, re.findall(r"no\d+|token", f"{each.message} {each.remedy}")[0]) for each in caught.value.diagnostics
    ]
    assert len(reported) == 15, "13 names, one of them twice, and the secret"
    for mark, name in reported:
        assert mark is not None and lines[mark.line - 1][mark.column - 1 :].startswith(f"${{{name}"), (mark, name)
    assert len({mark for mark, _ in reported}) == len(reported)


@pytest.mark.parametrize("key", ["signed_out_when", "signed_in_as", "redact"])
def test_names_in_the_declaration_of_a_site_must_be_defined(tmp_path: Path, key: str) -> None:
    value = "['text \"${nam}\"']" if key == "redact" else 'text "${nam}"'
    top = TOP.replace("sites:\n", f"sites:\n  other:\n    url: https://other.example\n    {key}: {value}\n")
    assert "`nam` is not defined here" in messages(tmp_path, section('      - click: button "A"\n'), top)


def test_a_variable_that_navigation_reads_is_defined_later(tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    read = '    navigation:\n      - read: text containing "ID"\n        into: client_id\n'
    later = '  - name: Two\n    open: shop /\n    steps:\n      - click: link "${client_id}"\n'
    path.write_text(TOP + section('      - click: button "A"\n', read) + later, "utf-8")
    assert len(load(path, vocabulary()).sections) == 2


def test_the_name_of_a_block_is_replaced_with_its_steps(tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    path.write_text(TOP + section("      - use: way\n", "    navigation: way\n"), "utf-8")
    book = load(path, vocabulary())
    assert [step.verb for step in flat(book.sections[0].navigation)] == ["click"]
    assert isinstance(book.sections[0].steps[0], Group)


@pytest.mark.parametrize("line", ['expect: heading "A"', "changes: true", "timeout: 3s", "continue_on_error: true"])
def test_fields_for_the_steps_of_a_block_are_rejected_at_use(tmp_path: Path, line: str) -> None:
    reported = messages(tmp_path, section(f"      - use: way\n        {line}\n"))
    assert f"`use` has no field `{line.split(':')[0]}`" in reported


def test_a_block_that_uses_itself_is_rejected(tmp_path: Path) -> None:
    top = TOP.replace('    - click: link "${name}"', "    - use: way")
    assert "uses itself" in messages(tmp_path, section("      - use: way\n"), top)


VERB = '''from typing import ClassVar

from runwright.verb import StepContext, Target, Verb


class {title}(Verb):
    """Tap it.

    ```yaml
    - {name}: button "A"
    ```
    """

    name: ClassVar[str] = "{name}"
    summary: ClassVar[str] = "Tap {{target}}"

    target: Target
    """What to tap."""

    def act(self, context: StepContext) -> None:
        context.control.click()
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


def test_a_duplicate_verb_is_an_error_that_names_both_files(tmp_path: Path) -> None:
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
        ("import nothing_of_this_name\n", "Cannot load the verb's file (line 1)"),
        ("x = (\n", "Cannot load the verb's file"),
        ("x = 1\n", "defines 0 verbs"),
        (VERB.format(title="Tap", name="top"), "is named `top`"),
    ],
)
def test_a_broken_verb_is_reported_without_a_traceback(tmp_path: Path, source: str, message: str) -> None:
    steps = tmp_path / "steps"
    steps.mkdir()
    (steps / "tap.py").write_text(source)
    with pytest.raises(UserError) as caught:
        vocabulary(steps)
    assert message in str(caught.value)


def test_an_input_that_does_not_match_its_pattern_is_reported_with_its_description(tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    declared = '{ description: Where the shop is. It starts with https://, type: url, match: "https://.*" }'
    path.write_text(
        TOP.replace("inputs:\n", f"inputs:\n  shop: {declared}\n") + section("      - open: shop /\n"), "utf-8"
    )
    book = load(path, vocabulary())
    assert make_plan(book, {"shop": "https://shop.example/"}, {}, False).inputs["shop"] == "https://shop.example"
    with pytest.raises(UserError) as refused:
        make_plan(book, {"shop": "http://shop.example"}, {}, False)
    [diagnostic] = refused.value.diagnostics
    assert diagnostic.message == "The input `shop`: `http://shop.example` does not match `https://.*`."
    assert diagnostic.remedy == "Description: Where the shop is. It starts with https://"


def test_an_example_must_match_the_pattern_of_its_input(tmp_path: Path) -> None:
    top = TOP.replace(
        "inputs:\n", 'inputs:\n  shop: { description: A, match: "https://.*", example: http://shop.example }\n'
    )
    reported = messages(tmp_path, section("      - open: shop /\n"), top)
    assert "The example `http://shop.example` of `shop` does not match the pattern in `match`." in reported


@pytest.mark.parametrize(
    ("declared", "value", "message"),
    [
        ("type: number, choices: ['1', '2']", "7", "`7` is not one of 1, 2."),
        ('type: number, match: "20[0-9]{2}"', "3", "does not match"),
        ("type: list, choices: [a, b]", "a,z", "`z` is not one of a, b."),
        ("type: list, max_length: 2", "ab,abc", "the value has 3 characters; the maximum is 2."),
        ("max_length: 2", "abc", "the value has 3 characters; the maximum is 2."),
    ],
)
def test_the_limits_of_an_input_apply_to_every_type(tmp_path: Path, declared: str, value: str, message: str) -> None:
    path = tmp_path / "book.yaml"
    inputs = f"inputs:\n  given: {{ description: Something, {declared} }}\n"
    rest = "sites: { a: { url: https://a.example } }\nsections: [{ name: L, open: a / }]\n"
    path.write_text(f"name: T\n{inputs}{rest}", "utf-8")
    with pytest.raises(UserError, match=re.escape(message)):
        make_plan(load(path, vocabulary()), {"given": value}, {}, False)


def test_an_expression_that_the_inputs_break_is_reported_before_anything_runs(tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    inputs = "inputs:\n  seats: { description: Seats }\n  hosts: { description: Hosts, type: list }\n"
    sections = "sections:\n  - name: Many\n    open: a /\n    when: ${seats > 10}\n    steps: []\n"
    path.write_text(f'name: T\n{inputs}sites: {{ a: {{ url: "https://a.example" }} }}\n{sections}')
    with pytest.raises(UserError, match="`when` of “Many”"):
        make_plan(load(path, vocabulary()), {"seats": "few"}, {}, False)
    path.write_text(f'name: T\n{inputs}sites: {{ a: {{ url: "https://${{hosts[0]}}" }} }}\n{sections}')
    with pytest.raises(UserError, match=r"book\.yaml:5"):
        make_plan(load(path, vocabulary()), {"seats": "few"}, {}, False)
