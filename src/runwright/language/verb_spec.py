"""Verbs as the language sees them: name, typed fields, docstring, properties; and how their files are loaded."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.retired_words import suggest

_OPTIONAL = re.compile(r"\[([^\]]*)\]")


class VerbModel(BaseModel):
    """The grammar of a verb. The first field is the value after the verb; the others are keys of the step.

    The engine's subclass `Verb`, which the files in `steps/` derive from, adds the behaviour.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        extra="forbid",
        populate_by_name=True,
        frozen=True,
        defer_build=True,  # loading a runbook creates none of them
    )

    name: ClassVar[str] = ""
    """The verb as written in YAML; its file has the same name."""
    summary: ClassVar[str] = ""
    """A sentence for reports, with fields in braces: ``Click {target}[ at {at}]``.

    A part in brackets is omitted if its field has no value.
    """
    read_only: ClassVar[bool] = False
    """The verb only looks at the page: it cannot make changes and is not retried."""
    retry_until_expected: ClassVar[bool] = False
    """Retry the verb until its `expect` holds, unless the step makes a change."""
    repeat_only_unheard: ClassVar[bool] = False
    """Retry the verb only while nothing was heard of it: no request, no navigation, no change of a page."""
    idempotent: ClassVar[bool] = False
    """A second execution changes nothing more, whatever the target is."""
    one_of: ClassVar[tuple[str, ...]] = ()
    """Keys of which at least one is required."""
    not_both: ClassVar[tuple[str, ...]] = ()
    """Keys that are mutually exclusive."""
    common_fields: ClassVar[tuple[str, ...] | None] = None
    """The common fields that the verb accepts; None: all of them."""
    aliases: ClassVar[tuple[str, ...]] = ()
    """Names of the verb in other tools; the validator answers them with the verb's name."""

    @classmethod
    def takes(cls, key: str) -> bool:
        """Whether the verb accepts a common field."""
        return cls.common_fields is None or key in cls.common_fields

    @classmethod
    def subject(cls) -> str:
        """The name of the field that takes the value after the verb."""
        return next(iter(cls.model_fields))

    def sentence(self) -> str:
        """What the step does, as a sentence made from its fields."""
        values = {key: getattr(self, key) for key in type(self).model_fields}
        missing = [f"{{{key}}}" for key, value in values.items() if value is None]
        summary = _OPTIONAL.sub(lambda part: "" if any(each in part[1] for each in missing) else part[1], self.summary)
        return summary.format_map({key: _shown(value) for key, value in values.items()})


def unknown_verb_remedy(word: str, verbs: Mapping[str, type[VerbModel]], others: Iterable[str] = ()) -> str:
    """A remedy for an unknown verb: the verb with that alias, the new name, the most similar verb, else all of them.

    ``others`` are keys that are valid in place of a verb.
    """
    verb = next((name for name, model in verbs.items() if word in model.aliases), None)
    if verb is not None:
        return f"Write `{verb}`; `runwright verbs {verb}` explains it."
    return suggest(word, (*verbs, *others))


def _shown(value: Any) -> str:
    """A value on one line: a text of many lines by its first one."""
    text = ", ".join(str(item) for item in value) if isinstance(value, list | tuple) else str(value)
    lines = text.strip().splitlines()
    return f"{lines[0].strip()} … ({len(lines)} lines)" if len(lines) > 1 else text.strip("\r\n")


@dataclass(frozen=True)
class VerbSource:
    """A verb and the file that it comes from."""

    model: type[VerbModel]
    path: Path
    shipped: bool


@dataclass
class Vocabulary:
    """The verbs and the block files that a runbook may use."""

    verbs: dict[str, VerbSource] = field(default_factory=dict)
    block_files: list[Path] = field(default_factory=list)
    blocks: dict[str, Any] | None = None
    """The blocks in these files; None until they are read."""
    unavailable: frozenset[str] = frozenset()
    """Names of verbs that exist, but not here. The loader omits their steps."""
    unread: dict[str, Path] = field(default_factory=dict)
    """The files of verbs that were not executed, by the verbs' names: a project's, which the caller does not trust."""
    secret_sources: frozenset[str] = frozenset()
    """Names of secret sources besides `env`, `file`, `command` and `prompt`."""

    def models(self) -> Mapping[str, type[VerbModel]]:
        """The verbs by name."""
        return {name: source.model for name, source in self.verbs.items()}


def shipped_folder(name: str) -> Path:
    """A folder that ships with runwright: in the package, or at the root of a source tree without the link to it."""
    package = Path(__file__).resolve().parent.parent
    return package / name if (package / name).is_dir() else package.parent.parent / name


SHIPPED = shipped_folder("steps")


def vocabulary(*folders: Path, untrusted: Iterable[Path] = ()) -> Vocabulary:
    """The shipped verbs and those of the user's own `steps/` folders, except those in a run folder.

    Of the ``untrusted`` folders blocks are read, and no Python file is executed.

    Raises UserError if a file cannot be loaded, two files define the same verb, or no shipped verb exists.
    """
    words = Vocabulary()
    diagnostics: list[Diagnostic] = []
    seen: set[Path] = set()
    trusted = {SHIPPED, *folders}
    for folder in (SHIPPED, *folders, *untrusted):
        root = folder.resolve()
        if root in seen or not root.is_dir() or _is_evidence(root):
            continue
        seen.add(root)
        for path in sorted(root.iterdir()):
            if root != SHIPPED.resolve() and _is_shipped_copy(path):
                continue
            if not path.is_file():
                continue
            if path.suffix in (".yaml", ".yml"):
                words.block_files.append(path)
            if path.suffix != ".py" or path.name.startswith(("_", ".")):
                continue
            if folder not in trusted:
                words.unread[path.stem] = path
                continue
            diagnostic = _add_verb(words, path, shipped=root == SHIPPED.resolve())
            if diagnostic is not None:
                diagnostics.append(diagnostic)
    if diagnostics:
        raise UserError(diagnostics)
    if not any(source.shipped for source in words.verbs.values()):
        message = f"No shipped verbs found in {SHIPPED}."
        raise UserError(
            Diagnostic(message, "Reinstall runwright; in a source tree, restore the folder steps/ at its root.")
        )
    return words


def matching_vocabulary(own: Mapping[str, str], folders: Iterable[Path]) -> Vocabulary:
    """The shipped verbs, and those of the folders whose file has the SHA-256 that ``own`` gives for the verb's name.

    No other file in the folders is executed, nor any file in a run folder. The verbs of ``own`` that are in none of
    them are `unavailable`. Raises UserError as `vocabulary` does.
    """
    words = vocabulary()
    for folder in folders:
        for name, digest in own.items() if not _is_evidence(folder.resolve()) else ():
            path = folder / f"{name}.py"
            if name in words.verbs or path.name != f"{name}.py" or not path.is_file():
                continue
            if hashlib.sha256(path.read_bytes()).hexdigest() == digest:
                _add_verb(words, path, shipped=False)
    return replace(words, unavailable=frozenset(own) - words.verbs.keys())


def _is_evidence(folder: Path) -> bool:
    """Whether a `steps/` folder is that of a run folder: evidence is never executed."""
    return (folder.parent.parent / "events.jsonl").exists()


def _is_shipped_copy(path: Path) -> bool:
    """Whether the file is a copy of a shipped one, as when an installed runwright runs inside its own source tree."""
    shipped = SHIPPED / path.name
    return shipped.is_file() and path.is_file() and shipped.read_bytes() == path.read_bytes()


def _add_verb(words: Vocabulary, path: Path, shipped: bool) -> Diagnostic | None:
    try:
        module = _load(path)
    except Exception as error:
        line = next((f.lineno for f in reversed(inspect.trace()) if f.filename == str(path)), None)
        where = f" (line {line})" if line else ""
        message = f"Cannot load the verb's file{where}: {type(error).__name__}: {error}."
        return Diagnostic(message, "Fix the file, or remove it from steps/.", path=path)
    models = list(_models(module))
    if len(models) != 1:
        message = f"The file defines {len(models)} verbs."
        return Diagnostic(message, "Define exactly one class that derives from Verb.", path=path)
    model = models[0]
    if model.name != path.stem:
        message = f"The verb in `{path.name}` is named `{model.name}`."
        return Diagnostic(message, f"Rename the file to {model.name}.py, or the verb to `{path.stem}`.", path=path)
    if not model.model_fields:
        return Diagnostic(
            "The verb has no field.", "Define a field: the first one takes the value after the verb.", path=path
        )
    if not inspect.getdoc(model):
        return Diagnostic("The verb has no docstring.", "Describe what it does, with an example in YAML.", path=path)
    existing = words.verbs.get(model.name)
    if existing is not None:
        message = f"The verb `{model.name}` is already defined in {existing.path}."
        return Diagnostic(message, f"Rename the verb and its file {path.name}.", path=path)
    words.verbs[model.name] = VerbSource(model, path, shipped)
    return None


def _models(module: ModuleType) -> Iterator[type[VerbModel]]:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, VerbModel) and value.__module__ == module.__name__:
            yield value


def _load(path: Path) -> ModuleType:
    """Load a verb's file under a unique module name, once per process, so that no `steps` package can shadow it."""
    name = f"_runwright_steps_{abs(hash(str(path.resolve()))):x}_{path.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
