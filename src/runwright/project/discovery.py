"""Where things lie: runbooks by name, the user's own `steps/`, the files that inputs come from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runwright.language.diagnostics import Fault, UserError, did_you_mean, nearest
from runwright.language.verb_spec import Vocabulary, ships, vocabulary

PROJECT_FILE = "runwright.yaml"
"""The project file: `guides: content/{lang}/**/{guide}.md`, `source: en`."""
SHIPPED_RUNBOOKS = ships("runbooks")
ENDINGS = (".yaml", ".yml")
"""What a runbook's file may end in."""


@dataclass(frozen=True)
class Project:
    """What the project file of the working folder says; without one, nothing."""

    guides: tuple[str, ...] = ()
    """Where guides lie: patterns in which `{guide}` is the guide's name, `{lang}` a language, `**` any folders."""
    source: str | None = None
    """The language that guides are written in first."""

    def guide_files(self, guide: str) -> list[tuple[Path, str | None]]:
        """The files of a guide in all languages with their language, the source language first."""
        found: dict[Path, str | None] = {}
        for pattern in self.guides:
            named = pattern.replace("{guide}", guide)
            shape = re.escape(named).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
            shape = shape.replace(re.escape("{lang}"), r"(?P<lang>[A-Za-z]{2}(?:-[A-Za-z]+)?)", 1)
            for path in sorted(Path().glob(named.replace("{lang}", "*"))):
                fits = re.fullmatch(shape, path.as_posix())
                if fits is not None and path.is_file():
                    found.setdefault(path, fits.groupdict().get("lang"))
        return sorted(found.items(), key=lambda each: (each[1] != self.source, str(each[0])))


def read_project() -> Project:
    """The working folder's project. Raises UserError with every fault of its file."""
    from runwright.language.yaml_tree import Row, Table, Text, read

    path = Path(PROJECT_FILE)
    if not path.is_file():
        return Project()
    _, tree, faults = read(path)
    known = ("guides", "source")
    values: dict[str, tuple[str, ...]] = {}
    if not isinstance(tree, Table):
        faults.add(tree.mark if tree is not None else None, "The project file is a table.", "Write `guides: …`.")
        raise UserError(faults.ordered())
    for key, node in tree.items():
        texts = [each for each in (node if isinstance(node, Row) else [node]) if isinstance(each, Text)]
        if key not in known:
            faults.add(key.mark, f"A project has no `{key}`.", did_you_mean(key, known))
        elif not texts:
            faults.add(key.mark, f"`{key}` is a text or a list of them.", f"Write `{key}: …`.")
        values[str(key)] = tuple(str(text) for text in texts)
    for pattern in values.get("guides", ()):
        if "{guide}" not in pattern or pattern.startswith("/"):
            remedy = "Write a path from here: content/{lang}/**/{guide}.md."
            faults.add(tree.mark, f"`{pattern}` says not where a guide lies.", remedy)
    if faults.found:
        raise UserError(faults.ordered())
    return Project(values.get("guides", ()), next(iter(values.get("source", ())), None))


def runbook_files() -> dict[str, Path]:
    """All runbooks by name: those below `runbooks/` of the working folder, then the shipped ones."""
    found: dict[str, Path] = {}
    for folder in (Path("runbooks"), SHIPPED_RUNBOOKS):
        if folder.is_dir():
            for path in runbooks_in(folder.iterdir()):
                found.setdefault(path.stem, path)
    return found


def runbooks_in(paths: Iterable[Path]) -> list[Path]:
    """Those that end as a runbook does, in order."""
    return sorted(path for path in paths if path.suffix in ENDINGS)


def runbooks_below(folder: Path) -> list[Path]:
    """The runbooks of a folder and its folders, in order: no blocks, no copies with evidence, nothing hidden, and not
    the project file.
    """
    found = []
    for path in runbooks_in(folder.rglob("*")):
        folders = path.relative_to(folder).parts[:-1]
        evidence = path.parent.name == "procedure" and (path.parent.parent / "events.jsonl").exists()
        if not (evidence or path.name == PROJECT_FILE or "steps" in folders or any(f.startswith(".") for f in folders)):
            found.append(path)
    return found


def find_runbook(name: str) -> Path:
    """The file of a runbook, given by its path or its name. Raises UserError with the nearest name."""
    path = Path(name)
    if path.suffix in ENDINGS or path.is_file():
        if path.is_file():
            return path
        if path.is_dir():
            raise UserError(Fault(f"{path} is a folder.", "Give a runbook in it, or its name."))
        raise no_file(path, "Give the path of a runbook, or its name.")
    files = runbook_files()
    if name not in files:
        raise UserError(Fault(f"There is no runbook `{name}`.", did_you_mean(name, files)))
    return files[name]


def no_file(path: Path, otherwise: str) -> UserError:
    """What to say of a path with nothing there: the nearest name in its folder, else ``otherwise``."""
    folder = path.parent
    there = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    near = nearest(path.name, there)
    remedy = f"Did you mean `{folder / near[0]}`?" if near else otherwise
    return UserError(Fault(f"There is nothing at {path}.", remedy))


def words_for(path: Path) -> Vocabulary:
    """The verbs that a runbook may use: the shipped ones, and those of `steps/` beside its folder or here."""
    beside = path.resolve().parent
    return vocabulary(*(folder / "steps" for folder in (Path.cwd(), beside, beside.parent)))


def words() -> Callable[[Path], Vocabulary]:
    """`words_for` for many runbooks: those of one folder share their verbs and blocks, read once."""
    found: dict[Path, Vocabulary] = {}

    def of(path: Path) -> Vocabulary:
        folder = path.resolve().parent
        if folder not in found:
            found[folder] = words_for(path)
        return found[folder]

    return of


def read_inputs(pairs: list[str], file: Path | None) -> dict[str, Any]:
    """Inputs from `NAME=VALUE` pairs, which win, and from a YAML file. Raises UserError."""
    from runwright.language.yaml_tree import Row, Table, read

    values: dict[str, Any] = {}
    if file is not None:
        if not file.exists():
            raise no_file(file, "Give a YAML file with `name: value` lines.")
        _, tree, faults = read(file)
        if faults.found:
            raise UserError(faults.ordered())
        if not isinstance(tree, Table):
            raise UserError(Fault("The file with inputs is a table of `name: value`.", "", path=file))
        for name, node in tree.items():
            if isinstance(node, Table):
                faults.add(name.mark, f"`{name}` is a value or a list of values.", "Write `name: value`.")
            values[str(name)] = [str(item) for item in node] if isinstance(node, Row) else str(node)
        if faults.found:
            raise UserError(faults.ordered())
    values.update(read_pairs(pairs, "-i"))
    return values


def read_pairs(pairs: list[str], option: str) -> dict[str, str]:
    """`NAME=VALUE` pairs of an option. Raises UserError."""
    values = {}
    for pair in pairs:
        name, value = _parted(pair)
        if not name:
            raise UserError(Fault(f"`{option} {pair}` is no pair.", f"Write {option} NAME=VALUE."))
        values[name] = value
    return values


def read_sources(pairs: list[str], option: str) -> dict[str, str]:
    """`NAME=SOURCE` pairs of an option for secrets. Raises UserError, which repeats nothing: it may be a value."""
    sources = {}
    for pair in pairs:
        name, source = _parted(pair)
        if not name:
            remedy = f"Write {option} NAME=SOURCE, such as {option} NAME=env:X: never the value itself."
            raise UserError(Fault(f"`{option}` wants a secret's name and where its value comes from.", remedy))
        sources[name] = source
    return sources


def _parted(pair: str) -> tuple[str, str]:
    """Both sides of the first `=`; no name where there is none."""
    name, equals, value = pair.partition("=")
    return (name.strip(), value) if equals else ("", "")
