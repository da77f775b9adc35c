"""The reference and the JSON Schema say what the source says; no fault of form gets past the schema."""

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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from runwright.cli import reference_pages
from runwright.language import schema_patterns
from runwright.language.conditions import parse_condition
from runwright.language.diagnostics import UserError
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


def test_no_page_of_the_reference_is_stale() -> None:
    assert reference_pages.stale(ROOT / "docs" / "reference") == [], "run `make reference`"


def test_a_changed_a_missing_and_a_left_over_page_are_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "reference"
    assert reference_pages.main(str(folder)) == 0
    assert reference_pages.main(str(folder), "--check") == 0
    (folder / "verbs.md").write_text((folder / "verbs.md").read_text("utf-8").replace("click", "klick"), "utf-8")
    (folder / "commands.md").unlink()
    (folder / "old.md").write_text("old", "utf-8")
    assert reference_pages.main(str(folder), "--check") == 1
    assert [line.split(" is")[0].rsplit("/", 1)[1] for line in capsys.readouterr().err.splitlines()] == [
        "commands.md",
        "old.md",
        "verbs.md",
    ]
    assert reference_pages.main(str(folder)) == 0
    assert reference_pages.stale(folder) == []


def test_every_verb_and_field_says_what_it_is() -> None:
    for name, model in vocabulary().models().items():
        text = reference_pages.page(model)
        assert "```yaml" in text, f"{name} has no example"
        assert "|  |" not in text, f"a field of {name} has no docstring"


def test_every_example_of_a_verb_fits_the_schema() -> None:
    verbs = vocabulary().models()
    for name, model in verbs.items():
        example = (model.__doc__ or "").split("```yaml")[1].split("```")[0]
        steps = yaml.load("\n".join(line[4:] for line in example.splitlines()), Loader=_Yaml12)
        _assert_fits(_book(sections=[{**_book()["sections"][0], "every_time": "x", "steps": steps}]), name)


def test_shipped_runbooks_fit_the_schema() -> None:
    for path in (ROOT / "runbooks").glob("*.yaml"):
        _assert_fits(yaml.load(path.read_text("utf-8"), Loader=_Yaml12), path.name)


def test_a_new_project_tells_editors_the_schema(tmp_path: Path) -> None:
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
    assert "verb-shout" in made["definitions"], "a verb of one's own must be in the schema"


def test_what_stood_there_stays(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine", "utf-8")
    started = start(tmp_path)
    assert started.kept == (tmp_path / "README.md",)
    assert (tmp_path / "README.md").read_text("utf-8") == "mine"


BROKEN = {
    "a key that no runbook has": {"titel": "x"},
    "no title": {"title": None},
    "no sites": {"sites": None},
    "sites in a list": {"sites": ["shop"]},
    "a site without an address": {"sites": {"shop": {}}},
    "a site's name with a blank": {"sites": {"my shop": {"url": "https://shop.example"}}},
    "an unknown key of a site": {"sites": {"shop": {"url": "https://shop.example", "adress": "x"}}},
    "an unclosed expression": {"sites": {"shop": {"url": "https://${host"}}},
    "arithmetic": {"sites": {"shop": {"url": "https://${1 + 1}"}}},
    "a call": {"sites": {"shop": {"url": "https://${len(x)}"}}},
    "an unknown filter": {"sites": {"shop": {"url": "https://${x | shout}"}}},
    "a keyword as a name": {"sites": {"shop": {"url": "https://${if}"}}},
    "an input without about": {"inputs": {"name": {}}},
    "a type that is none": {"inputs": {"name": {"about": "x", "type": "txt"}}},
    "a length that is no number": {"inputs": {"name": {"about": "x", "max_length": "long"}}},
    "sections that are empty": {"sections": []},
    "sections in a table": {"sections": {"title": "x"}},
    "a window that is none": {"browser": {"window": "large"}},
    "a banner without click": {"dismiss": [{"seen": 'button "Accept"'}]},
    "blocks without steps": {"blocks": {"way": "click"}},
}
BROKEN_SECTIONS: Mapping[str, Any] = {
    "an open without a site": {"open": "/apps"},
    "an address as open": {"open": "https://shop.example"},
    "an empty title": {"title": None},
    "a path without a slash": {"open": "shop apps"},
    "ready in a word": {"ready": "Save"},
    "an empty list of conditions": {"ready": []},
    "every without holds": {"ready": {"every": "x in ${list}"}},
    "a when that is no expression": {"when": "always"},
    "an unknown key of a section": {"redy": 'button "Save"'},
    "steps in a table": {"steps": {"click": 'button "Save"'}},
}
BROKEN_STEPS: Mapping[str, Any] = {
    "a word": "click",
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
    "a level that is none": {"click": 'heading "Save" [level=0]'},
    "something behind the target": {"click": 'button "Save" please'},
    "a text without one": {"click": "text"},
    "a pattern that cannot be read": {"click": "button /(/"},
    "a target in a list": {"click": ['button "Save"']},
    "a switch that is none": {"set": 'switch "X"', "to": "maybe"},
    "a commit that is none": {"click": 'button "Save"', "commits": "perhaps"},
    "a time without a unit": {"click": 'button "Save"', "timeout": 5},
    "a value that is a table": {"fill": 'textbox "Name"', "with": {"a": 1}},
    "a loop over nothing": {"for_each": "x in list", "steps": []},
    "a loop in a list": {"for_each": ["x"], "steps": []},
    "a loop without steps": {"for_each": "x in ${list}"},
    "a loop with a verb": {"for_each": "x in ${list}", "steps": [], "click": 'button "Save"'},
    "a point with one number": {"click": 'img "Map"', "at": "120"},
    "a name that is none": {"read": 'textbox "Name"', "into": "client id"},
    "a regular expression that cannot be read": {"read": 'textbox "Name"', "into": "x", "match": "["},
    "a drag to nowhere": {"drag": 'img "Map"'},
}
COMMIT = {"click": 'button "Save"', "commits": True}
LOOP = {"for_each": "x in ${list}", "steps": [COMMIT]}
CONTRADICTORY: Mapping[str, Any] = {
    "a list as default of a text": {"inputs": {"name": {"about": "x", "default": ["a"]}}},
    "a list as example of a url": {"inputs": {"name": {"about": "x", "type": "url", "example": []}}},
    "a secret in the runbook": {"secrets": {"key": {"about": "x", "from": "hunter2"}}},
    "a site without a scheme": {"sites": {"shop": {"url": "shop.example"}}},
    "a site with a path": {"sites": {"shop": {"url": "https://shop.example/apps"}}},
    "a stand-in without a kind": {"sites": {"shop": {"url": "https://shop.example", "stand_in": {"a": "b"}}}},
}
CONTRADICTORY_SECTIONS: Mapping[str, Any] = {
    "done_when beside every_time": {"done_when": 'text "Saved"', "every_time": "no page shows it"},
    "done_when without ready": {"ready": None, "done_when": 'text "Saved"'},
    "a commit without done_when": {"steps": [COMMIT]},
    "a commit of a loop without done_when": {"steps": [LOOP]},
    "a commit without ready": {"ready": None, "every_time": "no page shows it", "steps": [COMMIT]},
    "a commit on the way": {"reach": [{"unless": 'text "x"', "steps": [{**COMMIT, "commits": "yes"}]}]},
    "a look that commits": {"every_time": "x", "steps": [{"expect": 'text "Saved"', "commits": True}]},
    "a wait that commits": {"every_time": "x", "steps": [{"wait": 'text "Saved"', "commits": "on"}]},
}


@pytest.mark.parametrize("what", [*CONTRADICTORY, *CONTRADICTORY_SECTIONS])
def test_what_contradicts_itself_fails_validator_and_schema(what: str, tmp_path: Path) -> None:
    book = _book(inputs={"list": {"about": "x", "type": "list", "default": []}})
    book.update(CONTRADICTORY.get(what, {}))
    section = {**book["sections"][0], **CONTRADICTORY_SECTIONS.get(what, {})}
    book["sections"] = [{key: value for key, value in section.items() if value is not None}]
    assert _faults_of_form(book, tmp_path) == []
    with pytest.raises(UserError) as told:
        load(tmp_path / "book.yaml", vocabulary())
    assert len(told.value.faults) == 1, told.value
    assert list(Draft7Validator(_schema()).iter_errors(book)), f"the schema takes {what}"


def test_what_does_not_contradict_itself_fits(tmp_path: Path) -> None:
    done = {"done_when": 'text "Saved"', "steps": [COMMIT, LOOP], "reach": [{"click": 'link "A"', "commits": "no"}]}
    book = _book(
        inputs={"list": {"about": "x", "type": "list", "default": ["a"]}, "url": {"about": "x"}},
        secrets={"key": {"about": "x", "from": "env:KEY", "typed_at": "shop"}},
        sites={
            "shop": {"url": "https://shop.example/", "stand_in": "local"},
            "other": {"url": "${url}", "stand_in": {"kind": "local", "url": "http://127.0.0.1:1"}},
            "port": {"url": "http://127.0.0.1:${url}"},
        },
    )
    first = book["sections"][0]
    sent = {**first, "title": "Two", "every_time": "x", "steps": [COMMIT, {"expect": 'text "x"', "commits": False}]}
    book["sections"] = [{**first, **done}, sent]
    _assert_fits(book, "the sound one")
    assert _faults_of_form(book, tmp_path) == []
    load(tmp_path / "book.yaml", vocabulary())


@pytest.mark.parametrize("what", [*BROKEN, *BROKEN_SECTIONS, *BROKEN_STEPS])
def test_a_fault_of_form_fails_validator_and_schema(what: str, tmp_path: Path) -> None:
    book = _book(**BROKEN.get(what, {}))
    section = book.get("sections")[0] if book.get("sections") and what not in BROKEN else None
    if what in BROKEN_SECTIONS:
        section.update(BROKEN_SECTIONS[what])
        section.update({key: value for key, value in section.items() if value is not None})
        book["sections"] = [{key: value for key, value in section.items() if value is not None}]
    if what in BROKEN_STEPS:
        section["steps"] = [BROKEN_STEPS[what]]
    assert _faults_of_form(book, tmp_path), f"the validator takes {what}"
    assert list(Draft7Validator(_schema()).iter_errors(book)), f"the schema takes {what}"


def test_the_sound_one_has_no_fault(tmp_path: Path) -> None:
    assert _faults_of_form(_book(), tmp_path) == []
    _assert_fits(_book(), "the sound one")


LINES = {
    "EXPRESSION": template,
    "TEMPLATE": template,
    "CONDITION": parse_condition,
    "PLACE": parse_place,
    "SECONDS": parse_seconds,
    "POINT": parse_point,
    "REGEX": re.compile,
}


@pytest.mark.parametrize("name", LINES)
def test_what_is_drawn_from_a_pattern_of_the_schema_is_read(name: str) -> None:
    @RELAXED
    @given(st.from_regex(schema_patterns.whole(getattr(schema_patterns, name))))
    def read(text: str) -> None:
        LINES[name](text)

    read()


def test_every_pattern_is_one_of_javascript_too_with_its_flag_for_unicode() -> None:
    """Editors read the schema with JavaScript; where a pattern cannot be read there, it checks nothing."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node here")
    code = """
      for (const pattern of JSON.parse(require('fs').readFileSync(0, 'utf8')))
        for (const flags of ['', 'u'])
          try { new RegExp(pattern, flags); } catch (error) { console.log(`/${flags}`, error.message.slice(-200)); }
    """
    found = sorted(set(_patterns(_schema())))
    assert len(found) > 10
    done = subprocess.run([node, "-e", code], input=json.dumps(found), capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_editors_show_a_sentence_in_the_place_of_each_pattern() -> None:
    shown = list(_patterns(_schema(), "patternErrorMessage"))
    assert len(shown) == len(list(_patterns(_schema())))
    assert all(len(text) < 200 for text in shown)


def _patterns(part: Any, key: str = "pattern") -> Iterator[str]:
    """What stands under a key, anywhere in the schema."""
    for value in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _patterns(value, key)
    if isinstance(part, dict) and isinstance(part.get(key), str):
        yield part[key]


def test_what_is_drawn_from_the_schema_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The patterns of lines are drawn from above; here each line is one of some that fit, which is quick."""
    # which time zones there are is what a machine knows, not a form: here it knows none, and takes any
    monkeypatch.setattr("runwright.language.browser_settings._zones", frozenset)
    validator = Draft7Validator(_schema())
    seen = []

    drawn = _drawn(_schema(), 6)
    assert drawn is not None

    @settings(RELAXED, max_examples=100)
    @given(drawn)
    def read(book: dict[str, Any]) -> None:
        assert not list(validator.iter_errors(book)), "drawn from something else than the schema"
        assert _faults_of_form(book, tmp_path) == [], json.dumps(book)
        seen.append(book)

    read()
    assert any(section.get("steps") for book in seen for section in book["sections"]), "no step was drawn"


SIGNS = "aZ0 가あ😀é:#'\"{}[]()%@&*!|>-?~,.$\\/\n\t"
SAMPLES = (
    "x",
    "shop /apps",
    "5",
    "on",
    "no",
    "10s",
    "120, 40",
    "env:KEY",
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


def _drawn(part: Mapping[str, Any], depth: int) -> st.SearchStrategy[Any] | None:
    """What the schema takes, with some values in place of each pattern; None where the depth is used up."""
    if "$ref" in part:
        return _drawn(_schema()["definitions"][part["$ref"].rsplit("/", 1)[1]], depth - 1) if depth else None
    if "pattern" in part:
        return st.sampled_from([text for text in SAMPLES if re.search(part["pattern"], text)])
    if "allOf" in part and "type" not in part:
        return _drawn(part["allOf"][0], depth)
    if "anyOf" in part:
        kinds = [kind for kind in (_drawn(each, depth) for each in part["anyOf"]) if kind is not None]
        return st.one_of(kinds) if kinds else None
    if "enum" in part:
        return st.sampled_from(part["enum"])
    if part["type"] == "array":
        items, least = _drawn(part["items"], depth), part.get("minItems", 0)
        if "not" in part and items is not None:
            return st.lists(items, max_size=3).map(lambda drawn: drawn if _beside(part).is_valid(drawn) else [])
        return st.lists(items, min_size=least, max_size=3) if items is not None else None if least else st.just([])
    if part["type"] == "object":
        return _object_drawn(part, depth)
    plain = {"string": st.text(st.sampled_from(SIGNS)), "boolean": st.booleans(), "integer": st.integers(-99, 99)}
    numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    kinds = part["type"] if isinstance(part["type"], list) else [part["type"]]
    return st.one_of([numbers if kind == "number" else plain[kind] for kind in kinds])


def _object_drawn(part: Mapping[str, Any], depth: int) -> st.SearchStrategy[Any] | None:
    if part["additionalProperties"]:
        values = _drawn(part["additionalProperties"], depth)
        names = _drawn(part["propertyNames"], depth) if "propertyNames" in part else st.sampled_from(["a", "b b"])
        if values is None or names is None:
            return st.just({})
        needed = st.fixed_dictionaries(dict.fromkeys(part.get("required", ()), values))
        return st.builds(dict.__or__, st.dictionaries(names, values, max_size=2), needed)
    fields = {name: _drawn(kind, depth) for name, kind in part["properties"].items()}
    needed = {name: kind for name, kind in fields.items() if name in part["required"]}
    if None in needed.values():
        return None
    others = {name: kind for name, kind in fields.items() if name not in needed and kind is not None}
    drawn = st.fixed_dictionaries(needed, optional=others)
    return drawn.map(lambda table: _mended(part, table)) if {"allOf", "dependencies"} & part.keys() else drawn


def _mended(part: Mapping[str, Any], table: dict[str, Any]) -> dict[str, Any]:
    """The table without the field that is too much in it, where it has one; with what it needs, where that lacks."""
    takes = _beside(part)
    ways = [table, *({key: table[key] for key in table if key != gone} for gone in table)]
    ways.append({key: table[key] for key in table if key in part["required"]})
    return next(
        (way for way in ways if takes.is_valid(way) and set(part["required"]) <= set(way)),
        {**table, "to_at": "120, 40"},
    )


def _beside(part: Mapping[str, Any]) -> Draft7Validator:
    """What a part asks for beside its fields' kinds."""
    asked = {key: part[key] for key in ("not", "allOf", "dependencies") if key in part}
    return Draft7Validator({**asked, "definitions": _schema()["definitions"]})


def _book(**changes: Any) -> dict[str, Any]:
    step = {"click": 'button "Save"', "expect": 'text "Saved"'}
    section = {"title": "One", "open": "shop /", "ready": 'button "Save"', "steps": [step]}
    book = {"title": "A book", "sites": {"shop": {"url": "https://shop.example"}}, "sections": [section], **changes}
    return {key: value for key, value in book.items() if value is not None}


def _faults_of_form(book: Any, folder: Path) -> list[str]:
    path = folder / "book.yaml"
    path.write_text(json.dumps(book, ensure_ascii=False), "utf-8")
    try:
        _, faults, _ = read_runbook(path, vocabulary())
    except UserError as error:
        return [str(fault) for fault in error.faults]
    return [str(fault) for fault in faults.found]


def _assert_fits(book: Any, what: str) -> None:
    wrong = [f"{error.json_path}: {error.message}" for error in Draft7Validator(_schema()).iter_errors(book)]
    assert wrong == [], f"{what}: {wrong}"


class _Yaml12(yaml.SafeLoader):
    """Reads scalars as editors do: only `true` and `false` are switches."""


_Yaml12.yaml_implicit_resolvers = {
    sign: [(tag, how) for tag, how in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false|True|False)$"), list("tfTF"))
