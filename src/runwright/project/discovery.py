"""Find runbooks by name and the `steps/` folders they may use; read the project file, inputs and secret sources."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from runwright.language.diagnostics import Diagnostic, UserError, did_you_mean, nearest
from runwright.language.verb_spec import Vocabulary, shipped_folder, vocabulary
from runwright.plugins import plugin_names, verb_folders
from runwright.project.project_code import as_project_code, project_steps_are_read

if TYPE_CHECKING:
    from runwright.language.runbook_model import Runbook

PROJECT_FILE = "runwright.yaml"
"""The project file. Its keys: `guides: content/{lang}/**/{guide}.md`, `source: en`."""
SHIPPED_RUNBOOKS = shipped_folder("runbooks")
ENDINGS = (".yaml", ".yml")
"""The suffixes of runbook files."""


@dataclass(frozen=True)
class Project:
    """The settings in the project file of the working folder; the defaults without such a file."""

    guides: tuple[str, ...] = ()
    """Patterns of guide files: `{guide}` stands for the guide's name, `{lang}` for a language, `**` for any folders."""
    source: str | None = None
    """The language in which guides are written first; the others are translations."""

    def guide_files(self, guide: str) -> list[tuple[Path, str | None]]:
        """The files of a guide in all languages, each with its language; the source language comes first."""
        found: dict[Path, str | None] = {}
        for pattern in self.guides:
            resolved = pattern.replace("{guide}", guide)
            regex = re.escape(resolved).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
            regex = regex.replace(re.escape("{lang}"), r"(?P<lang>[A-Za-z]{2}(?:-[A-Za-z]+)?)", 1)
            for path in sorted(Path().glob(resolved.replace("{lang}", "*"))):
                match = re.fullmatch(regex, path.as_posix())
                if match is not None and path.is_file():
                    found.setdefault(path, match.groupdict().get("lang"))
        return sorted(found.items(), key=lambda each: (each[1] != self.source, str(each[0])))


def read_project() -> Project:
    """Read the project file of the working folder. Raises UserError with all errors in it."""
    from runwright.language.yaml_tree import YamlList, YamlTable, YamlText, read

    path = Path(PROJECT_FILE)
    if not path.is_file():
        return Project()
    _, tree, diagnostics = read(path)
    known = ("guides", "source")
    values: dict[str, tuple[str, ...]] = {}
    if not isinstance(tree, YamlTable):
        mark = tree.mark if tree is not None else None
        diagnostics.add(mark, "The project file must be a table.", "Write `guides: …`.")
        raise UserError(diagnostics.ordered())
    for key, node in tree.items():
        texts = [each for each in (node if isinstance(node, YamlList) else [node]) if isinstance(each, YamlText)]
        if key not in known:
            diagnostics.add(key.mark, f"Unknown key `{key}` in the project file.", did_you_mean(key, known))
        elif not texts:
            diagnostics.add(key.mark, f"`{key}` must be a text or a list of texts.", f"Write `{key}: …`.")
        values[str(key)] = tuple(str(text) for text in texts)
    for pattern in values.get("guides", ()):
        if "{guide}" not in pattern or pattern.startswith("/"):
            remedy = "Write a relative path with {guide} in it: content/{lang}/**/{guide}.md."
            diagnostics.add(tree.mark, f"Invalid guide pattern `{pattern}`.", remedy)
    if diagnostics.found:
        raise UserError(diagnostics.ordered())
    return Project(values.get("guides", ()), next(iter(values.get("source", ())), None))


def runbook_files() -> dict[str, Path]:
    """All runbooks by name: those in `runbooks/` of the working folder, then the shipped ones."""
    found: dict[str, Path] = {}
    for folder in (Path("runbooks"), SHIPPED_RUNBOOKS):
        if folder.is_dir():
            for path in runbooks_in(folder.iterdir()):
                found.setdefault(path.stem, path)
    return found


def runbooks_in(paths: Iterable[Path]) -> list[Path]:
    """The paths that have the suffix of a runbook, sorted."""
    return sorted(path for path in paths if path.suffix in ENDINGS)


def runbooks_below(folder: Path) -> list[Path]:
    """All runbooks below a folder, sorted. Ignores blocks, copies in run folders, hidden folders, the project file."""
    found = []
    for path in runbooks_in(folder.rglob("*")):
        parents = path.relative_to(folder).parts[:-1]
        evidence = path.parent.name == "procedure" and (path.parent.parent / "events.jsonl").exists()
        hidden = any(name.startswith(".") for name in parents)
        if not (evidence or hidden or path.name == PROJECT_FILE or "steps" in parents):
            found.append(path)
    return found


def find_runbook(name: str) -> Path:
    """The file of a runbook, by its path or its name. Raises UserError, which suggests the nearest name."""
    path = Path(name)
    if path.suffix in ENDINGS or path.is_file():
        if path.is_file():
            return path
        remedy = "Pass the path of a runbook, or its name."
        if path.is_dir():
            raise UserError(Diagnostic(f"{path} is a folder, not a runbook.", remedy))
        if path.exists():
            raise UserError(Diagnostic(f"{path} is not a regular file.", remedy))
        raise missing_file(path, remedy)
    files = runbook_files()
    if name not in files:
        raise UserError(Diagnostic(f"Unknown runbook `{name}`.", did_you_mean(name, files)))
    return files[name]


def load_runbook(name: str, project_steps: bool = True) -> Runbook:
    """Load a runbook by its path or name, with the verbs and blocks that it may use. Raises UserError.

    Without ``project_steps``, the Python files of its project are not executed.
    """
    from runwright.language.runbook_loader import load

    path = find_runbook(name)
    with as_project_code(project_steps):
        return load(path, vocabulary_for(path))


def missing_file(path: Path, remedy: str) -> UserError:
    """The error for a path that does not exist. It suggests the nearest name in the folder, else ``remedy``."""
    folder = path.parent
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    near = nearest(path.name, names)
    if near:
        remedy = f"Did you mean `{folder / near[0]}`?"
    return UserError(Diagnostic(f"No such file or folder: {path}.", remedy))


def vocabulary_for(path: Path) -> Vocabulary:
    """The verbs and blocks that a runbook may use: the shipped ones, those of installed packages, and those in `steps/`
    of the working folder, of the runbook's folder and of the folder above it.
    """
    folder = path.resolve().parent
    return vocabulary_of(*(each / "steps" for each in (Path.cwd(), folder, folder.parent)))


def vocabulary_of(*folders: Path) -> Vocabulary:
    """The shipped verbs, those of installed packages, and those of a project's `steps/` folders.

    A project is code: the Python files in these folders are executed, unless `read_project_steps` said no.
    """
    own = folders if project_steps_are_read() else ()
    words = vocabulary(*verb_folders(), *own, untrusted=() if own else folders)
    words.secret_sources = plugin_names("secret_sources")
    return words


def own_steps(path: Path, allowed: bool = True) -> list[Path]:
    """The `steps/` folders of a runbook's project whose Python files may be executed; none unless it is ``allowed``."""
    folder = path.resolve().parent
    may = allowed and project_steps_are_read()
    return [each / "steps" for each in (Path.cwd(), folder, folder.parent)] if may else []


def vocabulary_cache() -> Callable[[Path], Vocabulary]:
    """`vocabulary_for` with a cache: the runbooks of one folder share their verbs and blocks, which are read once."""
    cache: dict[Path, Vocabulary] = {}

    def cached(path: Path) -> Vocabulary:
        folder = path.resolve().parent
        if folder not in cache:
            cache[folder] = vocabulary_for(path)
        return cache[folder]

    return cached


def read_inputs(pairs: list[str], file: Path | None, option: str = "-i") -> dict[str, Any]:
    """Read inputs from a YAML file and from `NAME=VALUE` pairs. The pairs take precedence.

    ``option`` is the option that the pairs were passed with, for messages. Raises UserError.
    """
    from runwright.language.yaml_tree import YamlList, YamlTable, read

    values: dict[str, Any] = {}
    if file is not None:
        if not file.exists():
            raise missing_file(file, "Pass a YAML file with `name: value` lines.")
        _, tree, diagnostics = read(file)
        if diagnostics.found:
            raise UserError(diagnostics.ordered())
        if not isinstance(tree, YamlTable):
            raise UserError(Diagnostic("The file with inputs must be a table of `name: value`.", "", path=file))
        for name, node in tree.items():
            if isinstance(node, YamlTable):
                diagnostics.add(name.mark, f"`{name}` must be a value or a list of values.", "Write `name: value`.")
            values[str(name)] = [str(item) for item in node] if isinstance(node, YamlList) else str(node)
        if diagnostics.found:
            raise UserError(diagnostics.ordered())
    values.update(read_pairs(pairs, option))
    return values


def read_pairs(pairs: list[str], option: str) -> dict[str, str]:
    """Read the `NAME=VALUE` pairs of an option. Raises UserError."""
    values = {}
    for pair in pairs:
        name, value = _split(pair)
        if not name:
            raise UserError(Diagnostic(f"Invalid {option} `{pair}`: write NAME=VALUE.", ""))
        values[name] = value
    return values


def read_sources(pairs: list[str], option: str, what: Literal["SOURCE", "SINK"] = "SOURCE") -> dict[str, str]:
    """Read the `NAME=SOURCE` pairs of an option for secrets, or `NAME=SINK`.

    Raises UserError, whose message does not quote the pair: it may hold a secret's value.
    """
    sources = {}
    for pair in pairs:
        name, source = _split(pair)
        if not name:
            example = "env:X" if what == "SOURCE" else "age:FILE"
            remedy = f"Write {option} NAME={what}, such as {option} NAME={example}. Never pass the value itself."
            message = f"Invalid {option}: it takes the name of a secret and its {what.lower()}."
            raise UserError(Diagnostic(message, remedy))
        sources[name] = source
    return sources


def _split(pair: str) -> tuple[str, str]:
    """The text on both sides of the first `=`; the name is empty without a `=`."""
    name, equals, value = pair.partition("=")
    return (name.strip(), value) if equals else ("", "")
