"""The reference pages and the JSON Schema match the source; the schema rejects what the loader rejects."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from runwright.cli import reference_pages
from runwright.language import schema_patterns
from runwright.language.conditions import parse_condition
from runwright.language.diagnostics import UserError
from runwright.language.expressions import MOST_CHARACTERS as LONGEST
from runwright.language.expressions import template
from runwright.language.fields import parse_place, parse_point, parse_seconds
from runwright.language.json_schema import schema
from runwright.language.runbook_loader import load, read_runbook
from runwright.language.verb_spec import vocabulary
from runwright.project.scaffold import FIRST_LINE, SCHEMA, start

ROOT = Path(__file__).resolve().parent.parent
RELAXED = settings(
    deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=20
)


@cache
def _schema() -> dict[str, Any]:
    return schema(vocabulary().models())


def test_no_reference_page_is_stale() -> None:
    assert reference_pages.stale(ROOT / "docs" / "reference") == [], "run `make reference`"


def test_a_changed_a_missing_and_an_extra_page_are_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "reference"
    assert reference_pages.main(str(folder)) == 0
    assert reference_pages.main(str(folder), "--check") == 0
    (folder / "verbs.md").write_text((folder / "verbs.md").read_text("utf-8").replace("click", "klick"), "utf-8")
    (folder / "commands.md").unlink()
    (folder / "old.md").write_text(f"{reference_pages.MARKER}\nold", "utf-8")
    (folder / "own.md").write_text("written by hand", "utf-8")
    assert reference_pages.main(str(folder), "--check") == 1
    assert [line.split(" is")[0].rsplit("/", 1)[1] for line in capsys.readouterr().err.splitlines()] == [
        "commands.md",
        "old.md",
        "verbs.md",
    ]
    assert reference_pages.main(str(folder)) == 0
    assert reference_pages.stale(folder) == []
    assert not (folder / "old.md").exists()
    assert (folder / "own.md").read_text("utf-8") == "written by hand"


def test_every_verb_and_field_is_documented() -> None:
    for name, model in vocabulary().models().items():
        text = reference_pages.page(model)
        assert "```yaml" in text, f"{name} has no example"
        assert "|  |" not in text, f"a field of {name} has no docstring"


def test_the_example_of_every_verb_matches_the_schema() -> None:
    verbs = vocabulary().models()
    for name, model in verbs.items():
        example = (model.__doc__ or "").split("```yaml")[1].split("```")[0]
        steps = yaml.load("\n".join(line[4:] for line in example.splitlines()), Loader=_Yaml12)
        _assert_matches(_book(sections=[{**_book()["sections"][0], "always_run": "x", "steps": steps}]), name)


def test_shipped_runbooks_match_the_schema() -> None:
    for path in (ROOT / "runbooks").glob("*.yaml"):
        _assert_matches(yaml.load(path.read_text("utf-8"), Loader=_Yaml12), path.name)


def test_a_new_project_refers_editors_to_the_schema(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "steps", tmp_path / "p" / "steps", ignore=lambda folder, names: names)
    own = tmp_path / "p" / "steps" / "shout.py"
    own.write_text(
        "from typing import ClassVar\nfrom runwright.verb import Verb\n\n\nclass Shout(Verb):\n"
        '    """Shout a text."""\n\n    name: ClassVar[str] = "shout"\n    text: str\n    """The text."""\n',
        "utf-8",
    )
    start(tmp_path / "p")
    for path in (tmp_path / "p" / "runbooks").glob("*.yaml"):
        assert path.read_text("utf-8").startswith(FIRST_LINE)
        assert (path.parent / FIRST_LINE.split("=")[1].strip()).resolve() == (tmp_path / "p" / SCHEMA).resolve()
    made = json.loads((tmp_path / "p" / SCHEMA).read_text("utf-8"))
    assert "verb-shout" in made["definitions"], "the schema must contain the project's own verbs"


def test_existing_files_are_kept(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine", "utf-8")
    started = start(tmp_path)
    assert started.kept == (tmp_path / "README.md",)
    assert (tmp_path / "README.md").read_text("utf-8") == "mine"


BROKEN = {
    "an unknown key of a runbook": {"nmae": "x"},
    "no name": {"name": None},
    "no sites": {"sites": None},
    "sites in a list": {"sites": ["shop"]},
    "a site without a URL": {"sites": {"shop": {}}},
    "the name of a site with a space": {"sites": {"my shop": {"url": "https://shop.example"}}},
    "an unknown key of a site": {"sites": {"shop": {"url": "https://shop.example", "adress": "x"}}},
    "an unclosed expression": {"sites": {"shop": {"url": "https://${host"}}},
    "arithmetic": {"sites": {"shop": {"url": "https://${1 + 1}"}}},
    "a call": {"sites": {"shop": {"url": "https://${len(x)}"}}},
    "an unknown filter": {"sites": {"shop": {"url": "https://${x | shout}"}}},
    "a keyword as a name": {"sites": {"shop": {"url": "https://${if}"}}},
    "an input without a description": {"inputs": {"name": {}}},
    "an unknown type": {"inputs": {"name": {"description": "x", "type": "txt"}}},
    "a length that is not a number": {"inputs": {"name": {"description": "x", "max_length": "long"}}},
    "an empty list of sections": {"sections": []},
    "sections in a table": {"sections": {"name": "x"}},
    "an invalid window size": {"browser": {"window": "large"}},
    "a banner without click": {"dismiss": [{"seen": 'button "Accept"'}]},
    "blocks without steps": {"blocks": {"way": "click"}},
}
BROKEN_SECTIONS: Mapping[str, Any] = {
    "an open without a site": {"open": "/apps"},
    "a URL as open": {"open": "https://shop.example"},
    "a section without a name": {"name": None},
    "a path without a slash": {"open": "shop apps"},
    "ready as one word": {"ready": "Save"},
    "an empty list of conditions": {"ready": []},
    "every without holds": {"ready": {"every": "x in ${list}"}},
    "a when that is not an expression": {"when": "always"},
    "an unknown key of a section": {"redy": 'button "Save"'},
    "steps in a table": {"steps": {"click": 'button "Save"'}},
}
BROKEN_STEPS: Mapping[str, Any] = {
    "a step as one word": "click",
    "no verb": {"expct": 'button "Save"'},
    "two verbs": {"click": 'button "Save"', "hover": 'button "Save"'},
    "an unknown field": {"click": 'button "Save"', "wth": "x"},
    "a missing field": {"fill": 'textbox "Name"'},
    "an unknown role": {"click": 'buton "Save"'},
    "a role in capitals": {"click": 'Button "Save"'},
    "a name in single quotes": {"click": "button 'Save'"},
    "a name without quotes": {"click": "button Save"},
    "an unclosed name": {"click": 'button "Save'},
    "an unknown state": {"click": 'button "Save" [chekd]'},
    "an invalid level": {"click": 'heading "Save" [level=0]'},
    "text after the target": {"click": 'button "Save" please'},
    "text without a text": {"click": "text"},
    "an invalid pattern": {"click": "button /(/"},
    "a target in a list": {"click": ['button "Save"']},
    "an invalid switch": {"set": 'switch "X"', "to": "maybe"},
    "an invalid value of changes": {"click": 'button "Save"', "changes": "perhaps"},
    "a time without a unit": {"click": 'button "Save"', "timeout": 5},
    "a value that is a table": {"fill": 'textbox "Name"', "with": {"a": 1}},
    "a loop without an expression": {"for_each": "x in list", "steps": []},
    "a loop in a list": {"for_each": ["x"], "steps": []},
    "a loop without steps": {"for_each": "x in ${list}"},
    "a loop with a verb": {"for_each": "x in ${list}", "steps": [], "click": 'button "Save"'},
    "a point with one number": {"click": 'img "Map"', "at": "120"},
    "an invalid name": {"read": 'textbox "Name"', "into": "client id"},
    "an invalid regular expression": {"read": 'textbox "Name"', "into": "x", "match": "["},
    "a drag without a destination": {"drag": 'img "Map"'},
}
CHANGE = {"click": 'button "Save"', "changes": True}
LOOP = {"for_each": "x in ${list}", "steps": [CHANGE]}
CONTRADICTORY: Mapping[str, Any] = {
    "a list as default of a text": {"inputs": {"name": {"description": "x", "default": ["a"]}}},
    "a list as example of a url": {"inputs": {"name": {"description": "x", "type": "url", "example": []}}},
    "a secret in the runbook": {"secrets": {"key": {"description": "x", "from": "hunter2"}}},
    "a site without a scheme": {"sites": {"shop": {"url": "shop.example"}}},
    "a site with a path": {"sites": {"shop": {"url": "https://shop.example/apps"}}},
    "a simulator without a kind": {"sites": {"shop": {"url": "https://shop.example", "simulator": {"a": "b"}}}},
}
CONTRADICTORY_SECTIONS: Mapping[str, Any] = {
    "done_when with always_run": {"done_when": 'text "Saved"', "always_run": "no page shows it"},
    "done_when without ready": {"ready": None, "done_when": 'text "Saved"'},
    "a change without done_when": {"steps": [CHANGE]},
    "a change in a loop without done_when": {"steps": [LOOP]},
    "a change without ready": {"ready": None, "always_run": "no page shows it", "steps": [CHANGE]},
    "a change in navigation": {"navigation": [{"unless": 'text "x"', "steps": [{**CHANGE, "changes": "yes"}]}]},
    "an expect with changes": {"always_run": "x", "steps": [{"expect": 'text "Saved"', "changes": True}]},
    "a wait with changes": {"always_run": "x", "steps": [{"wait": 'text "Saved"', "changes": "on"}]},
}


@pytest.mark.parametrize("what", [*CONTRADICTORY, *CONTRADICTORY_SECTIONS])
def test_the_validator_and_the_schema_reject_a_contradiction(what: str, tmp_path: Path) -> None:
    book = _book(inputs={"list": {"description": "x", "type": "list", "default": []}})
    book.update(CONTRADICTORY.get(what, {}))
    section = {**book["sections"][0], **CONTRADICTORY_SECTIONS.get(what, {})}
    book["sections"] = [{key: value for key, value in section.items() if value is not None}]
    assert _form_errors(book, tmp_path) == []
    with pytest.raises(UserError) as caught:
        load(tmp_path / "book.yaml", vocabulary())
    assert len(caught.value.diagnostics) == 1, caught.value
    assert list(Draft7Validator(_schema()).iter_errors(book)), f"the schema accepts {what}"


def test_a_consistent_runbook_is_accepted(tmp_path: Path) -> None:
    done = {
        "done_when": 'text "Saved"',
        "steps": [CHANGE, LOOP],
        "navigation": [{"click": 'link "A"', "changes": "no"}],
    }
    book = _book(
        inputs={"list": {"description": "x", "type": "list", "default": ["a"]}, "url": {"description": "x"}},
        secrets={"key": {"description": "x", "from": "env:KEY", "typed_at": "shop"}},
        sites={
            "shop": {"url": "https://shop.example/", "simulator": "local"},
            "other": {"url": "${url}", "simulator": {"kind": "local", "url": "http://127.0.0.1:1"}},
            "port": {"url": "http://127.0.0.1:${url}"},
        },
    )
    first = book["sections"][0]
    second = {**first, "name": "Two", "always_run": "x", "steps": [CHANGE, {"expect": 'text "x"', "changes": False}]}
    book["sections"] = [{**first, **done}, second]
    _assert_matches(book, "the valid runbook")
    assert _form_errors(book, tmp_path) == []
    load(tmp_path / "book.yaml", vocabulary())


@pytest.mark.parametrize("what", [*BROKEN, *BROKEN_SECTIONS, *BROKEN_STEPS])
def test_the_validator_and_the_schema_reject_an_error_of_form(what: str, tmp_path: Path) -> None:
    book = _book(**BROKEN.get(what, {}))
    section = book.get("sections")[0] if book.get("sections") and what not in BROKEN else None
    if what in BROKEN_SECTIONS:
        section.update(BROKEN_SECTIONS[what])
        section.update({key: value for key, value in section.items() if value is not None})
        book["sections"] = [{key: value for key, value in section.items() if value is not None}]
    if what in BROKEN_STEPS:
        section["steps"] = [BROKEN_STEPS[what]]
    assert _form_errors(book, tmp_path), f"the validator accepts {what}"
    assert list(Draft7Validator(_schema()).iter_errors(book)), f"the schema accepts {what}"


def test_the_valid_runbook_has_no_errors(tmp_path: Path) -> None:
    assert _form_errors(_book(), tmp_path) == []
    _assert_matches(_book(), "the valid runbook")


LINES = {
    "EXPRESSION": template,
    "TEMPLATE": template,
    "CONDITION": parse_condition,
    "PLACE": parse_place,
    "SECONDS": parse_seconds,
    "POINT": parse_point,
    "REGEX": re.compile,
}


SLOW_TO_GENERATE = ("CONDITION", "EXPRESSION", "TEMPLATE")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW_TO_GENERATE else []) for name in LINES]
)
@pytest.mark.timeout(1200)  # the generator, not the parser, takes long beside other tests
def test_the_parser_reads_texts_generated_from_the_patterns(name: str) -> None:
    @RELAXED
    @given(st.from_regex(schema_patterns.whole(getattr(schema_patterns, name))))
    def read(text: str) -> None:
        assume(len(text) <= LONGEST)  # no pattern can express the limit on the length of an expression
        LINES[name](text)

    read()


def test_every_pattern_is_valid_in_javascript_with_and_without_the_unicode_flag() -> None:
    """Editors evaluate the schema with JavaScript; a pattern that is invalid there checks nothing."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    code = """
      for (const pattern of JSON.parse(require('fs').readFileSync(0, 'utf8')))
        for (const flags of ['', 'u'])
          try { new RegExp(pattern, flags); } catch (error) { console.log(`/${flags}`, error.message.slice(-200)); }
    """
    found = sorted(set(_patterns(_schema())))
    assert len(found) > 10
    done = subprocess.run([node, "-e", code], input=json.dumps(found), capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_every_pattern_has_an_error_message_for_editors() -> None:
    shown = list(_patterns(_schema(), "patternErrorMessage"))
    assert len(shown) == len(list(_patterns(_schema())))
    assert all(len(text) < 200 for text in shown)


def _patterns(part: Any, key: str = "pattern") -> Iterator[str]:
    """All values of a key, anywhere in the schema."""
    for value in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _patterns(value, key)
    if isinstance(part, dict) and isinstance(part.get(key), str):
        yield part[key]


@pytest.mark.slow
def test_the_loader_reads_runbooks_generated_from_the_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another test generates texts from the patterns; here each line is one of a few samples, which is fast."""
    # the time zones depend on the machine, not on the form: without a database every time zone is accepted
    monkeypatch.setattr("runwright.language.browser_settings._zones", frozenset)
    validator = Draft7Validator(_schema())
    generated = []

    strategy = _strategy(_schema(), 6)
    assert strategy is not None

    @settings(RELAXED, max_examples=100)
    @given(strategy)
    def read(book: dict[str, Any]) -> None:
        assert not list(validator.iter_errors(book)), "the generated runbook does not match the schema"
        assert _form_errors(book, tmp_path) == [], json.dumps(book)
        generated.append(book)

    read()
    assert any(section.get("steps") for book in generated for section in book["sections"]), "no step was generated"


CHARACTERS = "aZ0 가あ😀é:#'\"{}[]()%@&*!|>-?~,.$\\/\n\t"
SAMPLES = (
    "x",
    "shop /apps",
    "5",
    "on",
    "no",
    "10s",
    "120, 40",
    "env:KEY",
    "age:key.age",
    "https://shop.example",
    "1280x800",
    "client_id",
    "x in ${list}",
    "${name}",
    "a ${name} $${b}",
    'button "Save" or "Apply" in dialog "New"',
    'no text /a+b/ near heading "H" [level=2]',
    'switch [checked] column "Slack" in row containing "${alert}"',
    "url /apps/*",
    'title "Apps"',
    "[0-9a-f]{32}",
)


def _strategy(part: Mapping[str, Any], depth: int) -> st.SearchStrategy[Any] | None:
    """A strategy for what the schema accepts, with samples for each pattern; None if the depth is exhausted."""
    if "$ref" in part:
        return _strategy(_schema()["definitions"][part["$ref"].rsplit("/", 1)[1]], depth - 1) if depth else None
    if "pattern" in part:
        return st.sampled_from([text for text in SAMPLES if re.search(part["pattern"], text)])
    if "allOf" in part and "type" not in part:
        return _strategy(part["allOf"][0], depth)
    if "anyOf" in part:
        kinds = [kind for kind in (_strategy(each, depth) for each in part["anyOf"]) if kind is not None]
        return st.one_of(kinds) if kinds else None
    if "enum" in part:
        return st.sampled_from(part["enum"])
    if part["type"] == "array":
        items, least = _strategy(part["items"], depth), part.get("minItems", 0)
        if "not" in part and items is not None:
            return st.lists(items, max_size=3).map(lambda steps: steps if _constraints(part).is_valid(steps) else [])
        return st.lists(items, min_size=least, max_size=3) if items is not None else None if least else st.just([])
    if part["type"] == "object":
        return _object_strategy(part, depth)
    plain = {"string": st.text(st.sampled_from(CHARACTERS)), "boolean": st.booleans(), "integer": st.integers(-99, 99)}
    numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    kinds = part["type"] if isinstance(part["type"], list) else [part["type"]]
    return st.one_of([numbers if kind == "number" else plain[kind] for kind in kinds])


def _object_strategy(part: Mapping[str, Any], depth: int) -> st.SearchStrategy[Any] | None:
    if part["additionalProperties"]:
        values = _strategy(part["additionalProperties"], depth)
        names = _strategy(part["propertyNames"], depth) if "propertyNames" in part else st.sampled_from(["a", "b b"])
        if values is None or names is None:
            return st.just({})
        needed = st.fixed_dictionaries(dict.fromkeys(part.get("required", ()), values))
        return st.builds(dict.__or__, st.dictionaries(names, values, max_size=2), needed)
    fields = {name: _strategy(kind, depth) for name, kind in part["properties"].items()}
    needed = {name: kind for name, kind in fields.items() if name in part["required"]}
    if None in needed.values():
        return None
    others = {name: kind for name, kind in fields.items() if name not in needed and kind is not None}
    table = st.fixed_dictionaries(needed, optional=others)
    restricted = {"allOf", "dependencies", "not"} & part.keys()
    return table.map(lambda values: _corrected(part, values)) if restricted else table


def _corrected(part: Mapping[str, Any], table: dict[str, Any]) -> dict[str, Any]:
    """The table without a field that it must not have, or with the fields that it requires."""
    constraints = _constraints(part)
    needs = {name: names for name, names in part.get("dependencies", {}).items() if isinstance(names, list)}
    table = {name: value for name, value in table.items() if set(needs.get(name, ())) <= set(table)}
    ways = [table, *({key: table[key] for key in table if key != gone} for gone in table)]
    ways.append({key: table[key] for key in table if key in part["required"]})
    return next(
        (way for way in ways if constraints.is_valid(way) and set(part["required"]) <= set(way)),
        {**table, "to_at": "120, 40"},
    )


def _constraints(part: Mapping[str, Any]) -> Draft7Validator:
    """The constraints of a part beyond the types of its fields."""
    constraints = {key: part[key] for key in ("not", "allOf", "dependencies") if key in part}
    return Draft7Validator({**constraints, "definitions": _schema()["definitions"]})


def _book(**changes: Any) -> dict[str, Any]:
    step = {"click": 'button "Save"', "expect": 'text "Saved"'}
    section = {"name": "One", "open": "shop /", "ready": 'button "Save"', "steps": [step]}
    book = {"name": "A book", "sites": {"shop": {"url": "https://shop.example"}}, "sections": [section], **changes}
    return {key: value for key, value in book.items() if value is not None}


def _form_errors(book: Any, folder: Path) -> list[str]:
    path = folder / "book.yaml"
    path.write_text(json.dumps(book, ensure_ascii=False), "utf-8")
    try:
        _, diagnostics, _ = read_runbook(path, vocabulary())
    except UserError as error:
        return [str(diagnostic) for diagnostic in error.diagnostics]
    return [str(diagnostic) for diagnostic in diagnostics.found]


def _assert_matches(book: Any, what: str) -> None:
    errors = [f"{error.json_path}: {error.message}" for error in Draft7Validator(_schema()).iter_errors(book)]
    assert errors == [], f"{what}: {errors}"


class _Yaml12(yaml.SafeLoader):
    """Reads scalars as editors do: only `true` and `false` are booleans."""


_Yaml12.yaml_implicit_resolvers = {
    first: [(tag, how) for tag, how in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false|True|False)$"), list("tfTF"))
