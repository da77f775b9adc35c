"""What the language knows of a verb: its name, its typed fields, its docstring, what it claims of itself."""

from __future__ import annotations

import importlib.util
import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from runwright.language.diagnostics import Fault, UserError, did_you_mean

_OPTIONAL = re.compile(r"\[([^\]]*)\]")


class VerbModel(BaseModel):
    """The grammar of a verb. The first field is the verb's own value; the others stand beside it.

    What the verb does is said in the engine's subclass of this, which the files in `steps/` derive from.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        extra="forbid",
        populate_by_name=True,
        frozen=True,
        defer_build=True,  # reading a runbook makes none of them
    )

    name: ClassVar[str] = ""
    """How the verb is written; the file bears the same name."""
    says: ClassVar[str] = ""
    """A sentence for people, with the fields in braces: ``Click {target}[ at {at}]``.

    What stands in brackets is left out where its field has no value.
    """
    looks_only: ClassVar[bool] = False
    """It acts on nothing: it can neither commit nor be clicked again."""
    again: ClassVar[bool] = False
    """It may be done again while its `expect` does not come, when it is no commit."""
    repeatable: ClassVar[bool] = False
    """Doing it a second time changes nothing more, whatever its target is."""
    one_of: ClassVar[tuple[str, ...]] = ()
    """Fields, as they are written, of which at least one must be."""
    not_both: ClassVar[tuple[str, ...]] = ()
    """Fields, as they are written, of which at most one may be."""
    around: ClassVar[tuple[str, ...] | None] = None
    """What may stand around it; None: all that may around a step."""
    elsewhere: ClassVar[tuple[str, ...]] = ()
    """What people and other tools call it, to be told the name that it has here."""

    @classmethod
    def takes(cls, key: str) -> bool:
        """Whether a key that may stand around a step may stand around this one."""
        return cls.around is None or key in cls.around

    @classmethod
    def subject(cls) -> str:
        """The name of the field that the verb's own value goes into."""
        return next(iter(cls.model_fields))

    def sentence(self) -> str:
        """What the step does, for people, made of its fields."""
        given = {key: getattr(self, key) for key in type(self).model_fields}
        missing = [f"{{{key}}}" for key, value in given.items() if value is None]
        says = _OPTIONAL.sub(lambda part: "" if any(each in part[1] for each in missing) else part[1], self.says)
        return says.format_map({key: _shown(value) for key, value in given.items()})


def no_such_verb(word: str, verbs: Mapping[str, type[VerbModel]], others: Iterable[str] = ()) -> str:
    """A remedy for a verb that there is not: the one that is meant, the nearest, else all of them.

    ``others`` are words that stand where a verb may, and are none.
    """
    meant = next((name for name, model in verbs.items() if word in model.elsewhere), None)
    if meant is not None:
        return f"Write `{meant}`: `runwright steps {meant}` explains it."
    return did_you_mean(word, (*verbs, *others))


def _shown(value: Any) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list | tuple) else str(value)


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
    """The blocks in these files, once they have been read."""

    def models(self) -> Mapping[str, type[VerbModel]]:
        return {name: source.model for name, source in self.verbs.items()}


def ships(name: str) -> Path:
    """A folder that ships: in the package, or at the root of sources in which no link leads there."""
    package = Path(__file__).resolve().parent.parent
    return package / name if (package / name).is_dir() else package.parent.parent / name


SHIPPED = ships("steps")


def vocabulary(*folders: Path) -> Vocabulary:
    """The shipped verbs and those of the user's own `steps/` folders.

    Raises UserError when a file cannot be loaded, two files give one name to different verbs, or none ships at all.
    """
    words = Vocabulary()
    faults: list[Fault] = []
    seen: set[Path] = set()
    for folder in (SHIPPED, *folders):
        root = folder.resolve()
        if root in seen or not root.is_dir():
            continue
        seen.add(root)
        for path in sorted(root.iterdir()):
            if root != SHIPPED.resolve() and _ships(path):
                continue
            if path.suffix in (".yaml", ".yml"):
                words.block_files.append(path)
            if path.suffix != ".py" or path.name.startswith(("_", ".")):
                continue
            fault = _take_in(words, path, shipped=root == SHIPPED.resolve())
            if fault is not None:
                faults.append(fault)
    if faults:
        raise UserError(faults)
    if not any(source.shipped for source in words.verbs.values()):
        message = f"No verb came with runwright: there is none in {SHIPPED}."
        raise UserError(Fault(message, "Install it anew; in its sources, put back the folder steps/ at their root."))
    return words


def _ships(path: Path) -> bool:
    """The file is a copy of a shipped one: an installed runwright is used inside its own sources."""
    shipped = SHIPPED / path.name
    return shipped.is_file() and path.is_file() and shipped.read_bytes() == path.read_bytes()


def _take_in(words: Vocabulary, path: Path, shipped: bool) -> Fault | None:
    try:
        module = _load(path)
    except Exception as error:
        line = next((f.lineno for f in reversed(inspect.trace()) if f.filename == str(path)), None)
        where = f" (line {line})" if line else ""
        message = f"The verb's file cannot be loaded{where}: {type(error).__name__}: {error}."
        return Fault(message, "Mend the file, or take it out of steps/.", path=path)
    models = list(_models(module))
    if len(models) != 1:
        message = f"The file defines {len(models)} verbs."
        return Fault(message, "A verb is one file: define one class that derives from Verb.", path=path)
    model = models[0]
    if model.name != path.stem:
        message = f"The verb in it is named `{model.name}`."
        return Fault(message, f"Give verb and file one name: rename the file to {model.name}.py.", path=path)
    if not model.model_fields:
        return Fault("The verb has no field.", "Its first field is the verb's own value.", path=path)
    if not inspect.getdoc(model):
        return Fault("The verb has no docstring.", "Say what it does, with an example in YAML.", path=path)
    taken = words.verbs.get(model.name)
    if taken is not None:
        message = f"The name `{model.name}` is taken by {taken.path}."
        return Fault(message, f"Give the verb in {path} another name, and its file too.", path=path)
    words.verbs[model.name] = VerbSource(model, path, shipped)
    return None


def _models(module: ModuleType) -> Iterator[type[VerbModel]]:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, VerbModel) and value.__module__ == module.__name__:
            yield value


def _load(path: Path) -> ModuleType:
    """Load a verb's file under a name of its own, once a process: no `steps` package can be in its way."""
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
