"""A runbook's file becomes a Runbook. Tables are read here; what they mean together, in ``sense``."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from runwright.language import semantics
from runwright.language.browser_settings import check_window
from runwright.language.conditions import Condition
from runwright.language.diagnostics import Fault, Faults, UserError, did_you_mean
from runwright.language.fields import NOWHERE, BlockName
from runwright.language.model_reader import (
    Unreadable,
    fields_of,
    read_condition,
    read_fields,
    read_loop,
    read_model,
    read_value,
)
from runwright.language.runbook_model import (
    Banner,
    Block,
    DeclaredSecret,
    Frame,
    Group,
    Input,
    Part,
    Runbook,
    Section,
    SectionHead,
    Site,
    Step,
    Window,
)
from runwright.language.verb_spec import VerbModel, Vocabulary, no_such_verb
from runwright.language.yaml_tree import Node, Row, Table, Text, read

_TOP = ("title", "guide", "inputs", "sites", "secrets", "blocks", "dismiss", "browser", "sections")
_FRAME = frozenset(Frame.model_fields) - {"mark"}
_GROUP = ("for_each", "unless", "when", "steps")


def load(path: Path, words: Vocabulary) -> Runbook:
    """Read a runbook. Raises UserError with every fault of the file, in the order of its lines."""
    runbook, faults, tree = read_runbook(path, words)
    if runbook is not None:
        semantics.check(runbook, faults, _mentioned(tree) if faults.found else set())
    if faults.found or runbook is None:
        raise UserError(faults.ordered() or Fault("The file is empty.", "Begin with `title:`.", path=path))
    return runbook


def read_runbook(path: Path, words: Vocabulary) -> tuple[Runbook | None, Faults, Node | None]:
    """Read a runbook's form alone, with the faults of it; what its parts mean together is not looked at."""
    text, tree, faults = read(path)
    reader = _Reader(words, faults)
    shared = reader.block_files()
    return (reader.runbook(path, text, tree, shared) if tree is not None else None), faults, tree


class _Reader:
    def __init__(self, words: Vocabulary, faults: Faults) -> None:
        self._words = words
        self._verbs = words.models()
        self._faults = faults

    def block_files(self) -> dict[str, Block]:
        """The blocks of the `steps/*.yaml` files, read once a vocabulary; a file bears its block's name."""
        if self._words.blocks is not None:
            return self._words.blocks
        blocks: dict[str, Block] = {}
        for path in self._words.block_files:
            _, tree, faults = read(path)
            inner = _Reader(self._words, faults)
            steps = inner.steps(tree, "The block") if tree is not None else ()
            if faults.found:
                raise UserError(faults.ordered())
            if path.stem in blocks:
                message = f"The block `{path.stem}` is defined by {blocks[path.stem].path} already."
                raise UserError(Fault(message, "Give one of the two files another name.", path=path))
            blocks[path.stem] = Block(path.stem, steps, path, tree.mark if tree is not None else Part().mark)
        self._words.blocks = blocks
        return blocks

    def runbook(self, path: Path, text: str, tree: Node, shared: dict[str, Block]) -> Runbook | None:
        if not isinstance(tree, Table):
            self._faults.add(tree.mark, "A runbook is a table of `key: value`.", "Begin with `title: …`.")
            return None
        for key in tree:
            if key not in _TOP:
                self._faults.add(key.mark, f"A runbook has no `{key}`.", did_you_mean(key, _TOP))
        for needed in ("title", "sites", "sections"):
            if tree.at(needed) is None:
                self._faults.add(tree.mark, f"The runbook needs `{needed}`.", f"Add `{needed}: …`.")
        blocks = dict(shared)
        for name, node in self._entries(tree, "blocks"):
            if name in shared:
                message = f"The block `{name}` is defined by {shared[name].path} already."
                self._faults.add(name.mark, message, "Give this one another name.")
            blocks[str(name)] = Block(str(name), self.steps(node, f"The block `{name}`"), path, name.mark)
        return Runbook(
            path=path,
            text=text,
            title=self._text(tree, "title") or path.stem,
            guide=self._text(tree, "guide"),
            inputs=self._parts(tree, "inputs", Input, "The input"),
            sites=self._parts(tree, "sites", Site, "The site"),
            secrets=self._parts(tree, "secrets", DeclaredSecret, "The secret"),
            blocks=blocks,
            sections=tuple(self._sections(tree)),
            dismiss=tuple(self._banners(tree)),
            browser=self._window(tree),
            verbs={name: source.path for name, source in self._words.verbs.items()},
        )

    def _text(self, tree: Table, key: str) -> str | None:
        node = tree.at(key)
        if node is None:
            return None
        try:
            return str(read_value(str, node, f"`{key}`", self._faults))
        except Unreadable:
            return None

    def _entries(self, tree: Table, key: str) -> Iterable[tuple[Text, Node]]:
        node = tree.at(key)
        if node is None:
            return []
        if not isinstance(node, Table):
            message = f"`{key}` is a table: a name, and what it stands for."
            self._faults.add(node.mark, message, f"Write `name: …` below `{key}:`.")
            return []
        return node.items()

    def _parts(self, tree: Table, key: str, model: type[Any], what: str) -> dict[str, Any]:
        parts = {}
        for name, node in self._entries(tree, key):
            if not semantics.NAME.fullmatch(name):
                remedy = "A name has letters, digits and `_`, and begins with a letter."
                self._faults.add(name.mark, f"`{name}` is no name.", remedy)
            if key == "sites" and isinstance(node, Table):
                _short_stand_in(node)
            part = read_model(model, node, f"{what} `{name}`", self._faults)
            if part is not None:
                parts[str(name)] = part
        return parts

    def _banners(self, tree: Table) -> Iterable[Banner]:
        node = tree.at("dismiss")
        for item in node if isinstance(node, Row) else [node] if node is not None else []:
            banner = read_model(Banner, item, "An entry of `dismiss`", self._faults)
            if banner is not None:
                yield banner

    def _window(self, tree: Table) -> Window:
        node = tree.at("browser")
        window = read_model(Window, node, "`browser`", self._faults) if node is not None else Window()
        if window is not None and node is not None:
            check_window(window, node, self._faults)
        return window or Window()

    def _sections(self, tree: Table) -> Iterable[Section]:
        node = tree.at("sections")
        if node is None:
            return
        if not isinstance(node, Row) or not node:
            message = "`sections` is empty." if node in ([], "") else "`sections` is a list."
            self._faults.add(node.mark, message, "Write `- title: …` below it.")
            return
        for number, item in enumerate(node, 1):
            section = self._section(number, item)
            if section is not None:
                yield section

    def _section(self, number: int, node: Node) -> Section | None:
        what = f"Section {number}"
        if not isinstance(node, Table):
            self._faults.add(node.mark, f"{what} is a table.", "Write `- title: …`, then `open:` and `steps:`.")
            return None
        title = node.at("title")
        if isinstance(title, Text) and title:
            what = f"The section “{title}”"
        others = ("reach", "steps")
        values, sound = read_fields(fields_of(SectionHead), node, what, self._faults, others=others)
        way = node.at("reach")
        reach: tuple[Step | Group, ...] = ()
        if isinstance(way, Text):
            reach = (Group((), way.mark, block=str(way)),)
        elif way is not None:
            reach = self.steps(way, f"`reach` of {what}")
        inner = node.at("steps")
        steps = self.steps(inner, what) if inner is not None else ()
        values = {"title": f"Section {number}", "open": NOWHERE, **values, "mark": node.mark}
        return Section(number, SectionHead(**values), reach, steps, node.mark, partly=not sound)

    def steps(self, node: Node, what: str) -> tuple[Step | Group, ...]:
        """Read a list of steps."""
        if not isinstance(node, Row):
            self._faults.add(node.mark, f"{what} holds a list of steps.", 'Write `- click: button "…"` below it.')
            return ()
        read = [self._step(item) for item in node]
        return tuple(step for step in read if step is not None)

    def _step(self, node: Node) -> Step | Group | None:
        if not isinstance(node, Table):
            message = "A step is a verb and its value."
            self._faults.add(node.mark, message, 'Write `- click: button "Save"`.')
            return None
        verbs = self._verbs
        present = [key for key in node if key in verbs and key not in _FRAME]
        among = node.at("steps") is not None and (node.at("unless") is not None or not present)
        if among or node.at("for_each") is not None:
            return self._group(node)
        if not present and all(key in _FRAME for key in node):
            present = [key for key in node if key in verbs]  # `expect` alone is a verb; beside another it is none
        if len(present) != 1:
            self._no_verb(node, present, verbs)
            return None
        verb = present[0]
        model = verbs[verb]
        subject = model.subject()
        fields = fields_of(model, without=subject)
        what = f"`{verb}`"
        frame_keys = _frame_keys(model, str(verb))
        values, _ = read_fields(fields, node, what, self._faults, others=frame_keys | {verb}, templates=True)
        frame_table = Table(node.mark, node.flow)
        frame_table.update({key: value for key, value in node.items() if key in frame_keys})
        around, _ = read_fields(fields_of(Frame), frame_table, what, self._faults)
        frame = Frame(**around, mark=node.mark)
        if model.one_of and not any(name in node for name in model.one_of):
            ways = " or ".join(f"`{name}`" for name in model.one_of)
            self._faults.add(node.mark, f"{what} needs {ways}.", f"Add `{model.one_of[0]}: …`.")
        both = [name for name in model.not_both if name in node]
        if len(both) > 1:
            message = f"{what} has {' and '.join(f'`{name}`' for name in both)}, which exclude each other."
            self._faults.add(node.mark, message, "Keep the one that is meant.")
        own = model.model_fields[subject].annotation
        with suppress(Unreadable):
            values[subject] = read_value(own, node[verb], what, self._faults, templates=True)
        value = values.get(subject)
        if isinstance(value, BlockName):
            return Group((), node.mark, block=str(value), when=frame.when)
        return Step(str(verb), model, values, frame, node.mark, self._faults.path)

    def _no_verb(self, node: Table, present: list[Text], verbs: dict[str, type[VerbModel]] | Any) -> None:
        if present:
            both = " and ".join(f"`{each}`" for each in present)
            self._faults.add(present[1].mark, f"A step has one verb; here stand {both}.", "Make two steps of it.")
            return
        first = next((key for key in node if key not in _FRAME), None)
        mark = first.mark if first is not None else node.mark
        if first is None:
            self._faults.add(mark, "The step has no verb.", f"Known: {', '.join(sorted(verbs))}.")
            return
        self._faults.add(mark, f"There is no verb `{first}`.", no_such_verb(first, verbs, ("for_each",)))

    def _group(self, node: Table) -> Group | None:
        loop, inner = node.at("for_each"), node.at("steps")
        if loop is None and node.at("unless") is None and all(key in _GROUP for key in node):
            message = "These steps say neither for what they are done nor when not."
            self._faults.add(node.mark, message, "Add `for_each: name in ${list}` or `unless: CONDITION`.")
        for key in node:
            if key not in _GROUP:
                remedy = did_you_mean(key, _GROUP) + " Steps stand below `steps:`."
                self._faults.add(key.mark, f"Steps for each of a list have no `{key}`.", remedy)
        if inner is None:
            self._faults.add(node.mark, "`for_each` needs `steps`.", "Add `steps:` and the steps below it.")
        variable, items = None, None
        if loop is not None and not isinstance(loop, Text):
            self._faults.add(loop.mark, "`for_each` is one line.", "Write `name in ${list}`.")
        elif isinstance(loop, Text):
            with suppress(Unreadable):
                variable, items = read_loop(loop, "`for_each`", self._faults)
        conditions: dict[str, Condition] = {}
        for name in ("unless", "when"):
            written = node.at(name)
            if written is not None:
                with suppress(Unreadable):
                    conditions[name] = read_condition(written, f"`{name}`", self._faults)
        steps = self.steps(inner, "`steps`") if inner is not None else ()
        if variable is None and (loop is not None or node.at("unless") is None):
            return None  # its steps name what nobody gave them
        return Group(steps, node.mark, None, variable, items, conditions.get("unless"), conditions.get("when"))


@cache
def _frame_keys(model: type[VerbModel], verb: str) -> frozenset[str]:
    """The fields around a verb that it does not claim for itself."""
    around = frozenset(filter(model.takes, _FRAME))
    return frozenset(around - fields_of(model, without=model.subject()).written.keys() - {verb})


def _mentioned(node: Node | None) -> set[str]:
    """The names that the file gives to things, whether they could be read or not: they are no further fault."""
    if isinstance(node, Row):
        return set().union(*(_mentioned(item) for item in node))
    if not isinstance(node, Table):
        return set()
    names = {str(value) for key, value in node.items() if key == "into" and isinstance(value, Text)}
    for key, value in node.items():
        if key in ("inputs", "sites", "secrets", "blocks") and isinstance(value, Table):
            names |= {str(name) for name in value}
    return names.union(*(_mentioned(value) for value in node.values()))


def _short_stand_in(site: Table) -> None:
    """`stand_in: wandb` is short for `stand_in: { kind: wandb }`."""
    node = site.at("stand_in")
    key = site.key("stand_in")
    if isinstance(node, Text) and key is not None:
        table = Table(node.mark, flow=False)
        table[Text("kind", node.mark)] = node
        site[key] = table
