"""The architecture holds: arrows between packages, no import cycle, one name for one module and class, sizes."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "runwright"
LINKED = {"steps", "runbooks"}
SMALL = {
    "__main__.py": "the entry of `python -m runwright`",
    "version.py": "the build reads the version from it",
    "engine/state_folder.py": "where this machine's state lies, for locks, logs and whatever else is remembered",
    "rehearsal/registry.py": "the list of simulators that ship, apart from the class that they derive from",
    "language/secret_value.py": "a type that four packages import, and that imports nothing",
}
"""Modules under 30 lines, each with the reason why it stands alone."""
MOST = 400
"""Lines of a module beyond which a wall is missing."""


def _modules() -> dict[str, Path]:
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if parts[0] not in LINKED:
            found[".".join(("runwright", *parts)).removesuffix(".__init__")] = path
    return found


MODULES = _modules()


def _imports(path: Path) -> Iterator[str]:
    """The modules of runwright that a file imports: anywhere in it, for types too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@cache
def import_graph() -> dict[str, set[str]]:
    """The modules of runwright that each imports; read in the first test that needs it, not in every process."""
    return {name: {each for each in _imports(path) if each in MODULES} - {name} for name, path in MODULES.items()}


def _cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """The nodes of one cycle, in order; empty where there is none."""
    done: set[str] = set()

    def visit(node: str, way: list[str]) -> list[str]:
        if node in way:
            return [*way[way.index(node) :], node]
        if node in done:
            return []
        for other in sorted(graph.get(node, ())):
            found = visit(other, [*way, node])
            if found:
                return found
        done.add(node)
        return []

    for start in sorted(graph):
        found = visit(start, [])
        if found:
            return found
    return []


def test_a_cycle_is_found() -> None:
    assert _cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert _cycle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_no_module_imports_one_that_imports_it() -> None:
    assert _cycle(import_graph()) == []


def test_no_package_imports_one_that_imports_it() -> None:
    """Of the packages below `runwright`; a package's parts may import its own `__init__` and each other."""
    packages: dict[str, set[str]] = {}
    for name, others in import_graph().items():
        own = name.split(".")[1:2]
        for other in others:
            theirs = other.split(".")[1:2]
            if own and theirs and own != theirs:
                packages.setdefault(own[0], set()).add(theirs[0])
    assert _cycle(packages) == []


INNER = {
    "runwright.engine.browser": ("runwright.engine.run",),
    "runwright.engine.secrets": ("runwright.engine.run", "runwright.engine.browser"),
    "runwright.guide.parse": ("runwright.guide.match", "runwright.guide.baseline", "runwright.guide.render"),
    "runwright.guide.match": ("runwright.guide.render",),
    "runwright.evidence.images": ("runwright.evidence.reports",),
}
"""What the parts of a package may not import of it."""


@pytest.mark.parametrize("part", INNER)
def test_the_parts_of_a_package_import_in_one_direction(part: str) -> None:
    inside = {name: others for name, others in import_graph().items() if name.startswith(f"{part}.")}
    assert inside, "the part is gone"
    assert [(name, other) for name, others in inside.items() for other in others if other.startswith(INNER[part])] == []


COMMAND_LINE = re.compile(
    r"`runwright [a-z]|(?<![\w-])--"
    r"(?:headed|resume|redo|restart|digest|evidence|yes|out|json|ticket|session|guide|fix)\b"
)
"""A command of the product, or one of its options."""


def _texts(path: Path) -> list[str]:
    """The texts in a module, docstrings included."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


@pytest.mark.parametrize("package", ["engine", "evidence"])
def test_no_message_names_a_command_or_an_option(package: str) -> None:
    """What to do next is data (`engine/next_actions.py`), which `cli/next_commands.py` words."""
    named = {
        (path.name, text)
        for path in (SOURCE / package).rglob("*.py")
        for text in _texts(path)
        if COMMAND_LINE.search(text)
    }
    assert named == set()


@pytest.mark.parametrize("path", sorted((ROOT / "steps").glob("*.py")), ids=lambda path: path.stem)
def test_a_verb_uses_only_what_its_context_offers(path: Path) -> None:
    """`StepContext` says what a verb may use; nothing is reached through it but Playwright's page and control."""
    from runwright.engine.run.step_context import StepContext

    offered = {name for name in vars(StepContext) if not name.startswith("_")}
    tree = ast.parse(path.read_text("utf-8"))
    used = {node for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    direct = {node for node in used if isinstance(node.value, ast.Name) and node.value.id == "context"}
    assert {node.attr for node in direct} <= offered
    through = {node.value.attr for node in used if node.value in direct and isinstance(node.value, ast.Attribute)}
    assert through <= {"page", "control"}


def test_each_module_has_a_name_of_its_own() -> None:
    names = [path.name for path in MODULES.values()] + [path.name for path in (ROOT / "steps").glob("*.py")]
    names += [path.name for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    several = {name for name, count in Counter(names).items() if count > 1}
    assert several - {"__init__.py", "__main__.py", "conftest.py"} == set()


def test_each_public_class_has_a_name_of_its_own() -> None:
    names = [
        node.name
        for path in (*MODULES.values(), *(ROOT / "steps").glob("*.py"))
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize("path", MODULES.values(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_says_what_it_holds_and_is_neither_crowded_nor_empty(path: Path) -> None:
    text = path.read_text("utf-8")
    doc = ast.get_docstring(ast.parse(text)) or ""
    assert re.match(r"[A-Z`].{15,}", doc), "its first line says what lives in it"
    lines = len(text.splitlines())
    assert lines <= MOST, f"{lines} lines: is a wall missing?"
    if path.name != "__init__.py" and lines < 30:
        assert str(path.relative_to(SOURCE)) in SMALL, f"{lines} lines: does a neighbour want it?"


def test_no_package_imports_more_than_the_page_allows() -> None:
    """`docs/explanation/architecture.md` names for each package which ones it may import, and whether Playwright."""
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `src/runwright/(\w+)/` \| .* \| (.*) \|$", page, re.M))
    packages = {path.name for path in SOURCE.iterdir() if path.is_dir() and path.name not in LINKED | {"__pycache__"}}
    assert set(rows) == packages
    for package, allowed in rows.items():
        if allowed == "everything":
            continue
        for file in (SOURCE / package).rglob("*.py"):
            text = file.read_text("utf-8")
            known = set(re.findall(r"^\s*(?:from|import) runwright\.(\w+)", text, re.M)) & packages
            known |= {"Playwright"} if re.search(r"^\s*(?:from|import) playwright", text, re.M) else set()
            for other in known - {package}:
                assert other in allowed, f"{file.relative_to(ROOT)} imports {other}"


KEYED = {
    "evidence/verify.py: name": "an entry of the statement",
    "evidence/verify.py: digest": "likewise",
    "evidence/reports/html_report.py: moment": "a filter of the template",
    "engine/run/evidence_writer.py: certificate": "what the browser says of a page's server",
    "engine/run/evidence_writer.py: address": "likewise",
    "engine/run/runner.py: number": "an effect that a simulator reports",
    "engine/run/runner.py: kind": "likewise",
    "engine/run/runner.py: site": "likewise",
}
"""Keys with the name of an event's field that belong to something else."""


def test_no_other_module_takes_an_event_apart_by_its_keys() -> None:
    """Events have types. A module that imports them, or what reads them, subscripts nothing with a field's name."""
    sources = {f"runwright.evidence.{name}" for name in ("journal", "events", "page_events", "event_parts", "seal")}
    makers = {"runwright.evidence.journal", "runwright.evidence.event_codec"}
    known = _names_of_fields()
    readers = {name for name, others in import_graph().items() if others & sources} - makers
    assert len(readers) > 10, "the modules that read events are not found"
    found = {
        f"{MODULES[name].relative_to(SOURCE).as_posix()}: {node.slice.value}"
        for name in readers
        for node in ast.walk(ast.parse(MODULES[name].read_text("utf-8")))
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value in known
        if not (isinstance(node.value, ast.Name) and node.value.id == "Literal")
    }
    assert found == set(KEYED)


def _names_of_fields() -> set[str]:
    """The names of the fields of all events and their parts."""
    files = ("events.py", "event_parts.py", "page_events.py")
    trees = [ast.parse((SOURCE / "evidence" / file).read_text("utf-8")) for file in files]
    fields = (node.target for tree in trees for node in ast.walk(tree) if isinstance(node, ast.AnnAssign))
    return {field.id for field in fields if isinstance(field, ast.Name)}
