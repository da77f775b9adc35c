"""Loads a runbook file: YAML tables become a Runbook here; `semantics` checks what its parts mean together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from runwright.language import semantics
from runwright.language.browser_settings import check_window
from runwright.language.command_lines import Command, read_command
from runwright.language.conditions import Condition
from runwright.language.diagnostics import Diagnostic, DiagnosticList, UserError
from runwright.language.fields import NOWHERE, BlockName, Seconds
from runwright.language.model_reader import (
    Unreadable,
    fields_of,
    read_condition,
    read_fields,
    read_loop,
    read_model,
    read_value,
)
from runwright.language.retired_words import KEYS, has_retired_name, suggest
from runwright.language.runbook_model import (
    Banner,
    Block,
    CommonFields,
    DeclaredSecret,
    Group,
    Input,
    Runbook,
    RunbookPart,
    Section,
    SectionFields,
    Site,
    Step,
    Window,
)
from runwright.language.verb_spec import VerbModel, Vocabulary, unknown_verb_remedy
from runwright.language.yaml_tree import Node, YamlList, YamlTable, YamlText, read

_NAME = re.compile(r"\w[^/\\:*?\"<>|]*")
"""The pattern of a runbook's file name without its suffix."""
_MOST_BYTES_OF_A_NAME = 200
_TOP = ("name", "guide", "inputs", "sites", "secrets", "blocks", "dismiss", "browser", "on_failure", "sections")
_COMMON = frozenset(CommonFields.model_fields) - {"mark"}
_GROUP = ("for_each", "unless", "when", "within", "steps")


def load(path: Path, words: Vocabulary) -> Runbook:
    """Read and check a runbook. Raises UserError with all errors of the file, in the order of its lines."""
    runbook, diagnostics, tree = read_runbook(path, words)
    if runbook is not None:
        semantics.check(runbook, diagnostics, _mentioned(tree) if diagnostics.found else set())
    if diagnostics.found or runbook is None:
        raise UserError(diagnostics.ordered() or Diagnostic("The file is empty.", "Start with `name:`.", path=path))
    return runbook


def read_runbook(path: Path, words: Vocabulary) -> tuple[Runbook | None, DiagnosticList, Node | None]:
    """Read a runbook without the semantic checks: the runbook, the errors of its form, and its YAML tree.

    Raises UserError if the file cannot be read at all.
    """
    name = path.stem
    if _NAME.fullmatch(name) is None or not name.isprintable() or len(name.encode()) > _MOST_BYTES_OF_A_NAME:
        message = "The file's name cannot be that of a runbook: a run's folder is named after it."
        remedy = 'Begin it with a letter or a digit, without control characters and any of \\ : * ? " < > |.'
        raise UserError(Diagnostic(message, remedy, path=path))
    text, tree, diagnostics = read(path)
    reader = _Reader(words, diagnostics)
    shared = reader.block_files()
    return (reader.runbook(path, text, tree, shared) if tree is not None else None), diagnostics, tree


class _Reader:
    def __init__(self, words: Vocabulary, diagnostics: DiagnosticList) -> None:
        self._words = words
        self._verbs = words.models()
        self._diagnostics = diagnostics
        self._resets: dict[str, Command] = {}

    def block_files(self) -> dict[str, Block]:
        """The blocks of the `steps/*.yaml` files, read once per vocabulary; a file is named after its block."""
        if self._words.blocks is not None:
            return self._words.blocks
        blocks: dict[str, Block] = {}
        for path in self._words.block_files:
            _, tree, diagnostics = read(path)
            inner = _Reader(self._words, diagnostics)
            steps = inner.steps(tree, "The block") if tree is not None else ()
            if diagnostics.found:
                raise UserError(diagnostics.ordered())
            if path.stem in blocks:
                message = f"The block `{path.stem}` is already defined in {blocks[path.stem].path}."
                raise UserError(Diagnostic(message, "Rename one of the two files.", path=path))
            blocks[path.stem] = Block(path.stem, steps, path, tree.mark if tree is not None else RunbookPart().mark)
        self._words.blocks = blocks
        return blocks

    def runbook(self, path: Path, text: str, tree: Node, shared: dict[str, Block]) -> Runbook | None:
        if not isinstance(tree, YamlTable):
            self._diagnostics.add(tree.mark, "A runbook must be a table of `key: value`.", "Start with `name: …`.")
            return None
        for key in tree:
            if key not in _TOP:
                self._diagnostics.add(key.mark, f"A runbook has no field `{key}`.", suggest(key, _TOP))
        for needed in ("name", "sites", "sections"):
            if tree.at(needed) is None and not has_retired_name(needed, tree):
                self._diagnostics.add(tree.mark, f"The runbook needs `{needed}`.", f"Add `{needed}: …`.")
        blocks = dict(shared)
        for name, node in self._entries(tree, "blocks"):
            if name in shared:
                message = f"The block `{name}` is already defined in {shared[name].path}."
                self._diagnostics.add(name.mark, message, "Rename this block.")
            blocks[str(name)] = Block(str(name), self.steps(node, f"The block `{name}`"), path, name.mark)
        return Runbook(
            path=path,
            text=text,
            name=self._text(tree, "name") or path.stem,
            guide=self._text(tree, "guide"),
            inputs=self._parts(tree, "inputs", Input, "The input"),
            sites=self._parts(tree, "sites", Site, "The site"),
            secrets=self._parts(tree, "secrets", DeclaredSecret, "The secret"),
            blocks=blocks,
            sections=tuple(self._sections(tree)),
            dismiss=tuple(self._banners(tree)),
            browser=self._window(tree),
            on_failure=self._named_steps(tree, "on_failure", "`on_failure`"),
            verbs={name: source.path for name, source in self._words.verbs.items()},
            resets=self._resets,
            secret_sources=self._words.secret_sources,
        )

    def _text(self, tree: YamlTable, key: str) -> str | None:
        node = tree.at(key)
        if node is None:
            return None
        try:
            return str(read_value(str, node, f"`{key}`", self._diagnostics))
        except Unreadable:
            return None

    def _entries(self, tree: YamlTable, key: str) -> Iterable[tuple[YamlText, Node]]:
        node = tree.at(key)
        if node is None:
            return []
        if not isinstance(node, YamlTable):
            message = f"`{key}` must be a table with one name per entry."
            self._diagnostics.add(node.mark, message, f"Write `name: …` below `{key}:`.")
            return []
        return node.items()

    def _parts(self, tree: YamlTable, key: str, model: type[Any], what: str) -> dict[str, Any]:
        parts = {}
        for name, node in self._entries(tree, key):
            if not semantics.NAME.fullmatch(name):
                remedy = "Use letters, digits and `_`; start with a letter."
                self._diagnostics.add(name.mark, f"Invalid name `{name}`.", remedy)
            if key == "sites" and isinstance(node, YamlTable):
                _short_simulator(node)
                self._reset(str(name), node.at("simulator"))
            part = read_model(model, node, f"{what} `{name}`", self._diagnostics)
            if part is not None:
                parts[str(name)] = part
        return parts

    def _reset(self, site: str, simulator: Node | None) -> None:
        """Take the command `reset` out of a simulator's options, which are texts."""
        if isinstance(simulator, YamlTable) and (key := simulator.key("reset")) is not None:
            command = read_command(simulator.pop(key), "`reset`", self._diagnostics)
            if command is not None:
                self._resets[site] = command

    def _banners(self, tree: YamlTable) -> Iterable[Banner]:
        node = tree.at("dismiss")
        for item in node if isinstance(node, YamlList) else [node] if node is not None else []:
            banner = read_model(Banner, item, "An entry of `dismiss`", self._diagnostics)
            if banner is not None:
                yield banner

    def _window(self, tree: YamlTable) -> Window:
        node = tree.at("browser")
        window = read_model(Window, node, "`browser`", self._diagnostics) if node is not None else Window()
        if window is not None and node is not None:
            check_window(window, node, self._diagnostics)
        return window or Window()

    def _sections(self, tree: YamlTable) -> Iterable[Section]:
        node = tree.at("sections")
        if node is None:
            return
        if not isinstance(node, YamlList) or not node:
            message = "`sections` is empty." if node in ([], "") else "`sections` must be a list."
            self._diagnostics.add(node.mark, message, "Write `- name: …` below it.")
            return
        for number, item in enumerate(node, 1):
            section = self._section(number, item)
            if section is not None:
                yield section

    def _section(self, number: int, node: Node) -> Section | None:
        what = f"Section {number}"
        if not isinstance(node, YamlTable):
            self._diagnostics.add(
                node.mark, f"{what} must be a table.", "Write `- name: …`, then `open:` and `steps:`."
            )
            return None
        name = node.at("name")
        if isinstance(name, YamlText) and name:
            what = f"The section “{name}”"
        others = ("navigation", "steps", "on_failure")
        values, complete = read_fields(fields_of(SectionFields), node, what, self._diagnostics, others=others)
        navigation = self._named_steps(node, "navigation", f"`navigation` of {what}")
        on_failure = self._named_steps(node, "on_failure", f"`on_failure` of {what}")
        inner = node.at("steps")
        steps = self.steps(inner, what) if inner is not None else ()
        values = {"name": f"Section {number}", "open": NOWHERE, **values, "mark": node.mark}
        fields = SectionFields(**values)
        return Section(number, fields, navigation, steps, node.mark, on_failure, incomplete=not complete)

    def _named_steps(self, table: YamlTable, key: str, what: str) -> tuple[Step | Group, ...]:
        """The steps of a key that holds a list of steps, or the name of a block."""
        written = table.at(key)
        if isinstance(written, YamlText):
            return (Group((), written.mark, block=str(written)),)
        return self.steps(written, what) if written is not None else ()

    def steps(self, node: Node, what: str) -> tuple[Step | Group, ...]:
        """Read a list of steps."""
        if not isinstance(node, YamlList):
            self._diagnostics.add(
                node.mark, f"{what} must contain a list of steps.", 'Write `- click: button "…"` below it.'
            )
            return ()
        read = [self._step(item) for item in node]
        return tuple(step for step in read if step is not None)

    def _step(self, node: Node) -> Step | Group | None:
        if not isinstance(node, YamlTable):
            message = "A step must be a table with a verb and its value."
            self._diagnostics.add(node.mark, message, 'Write `- click: button "Save"`.')
            return None
        verbs = self._verbs
        present = [key for key in node if key in verbs and key not in _COMMON]
        conditional = node.at("unless") is not None or node.at("when") is not None
        grouped = node.at("steps") is not None and (conditional or not present)
        if grouped or node.at("for_each") is not None:
            return self._group(node)
        if not present and all(key in _COMMON for key in node):
            present = [key for key in node if key in verbs]  # `expect` is a verb only where no other verb is present
        if not present and any(key in self._words.unavailable for key in node):
            return None
        if len(present) != 1:
            self._no_verb(node, present, verbs)
            return None
        verb = present[0]
        model = verbs[verb]
        subject = model.subject()
        fields = fields_of(model, without=subject)
        what = f"`{verb}`"
        common_keys = _common_keys(model, str(verb))
        values, _ = read_fields(fields, node, what, self._diagnostics, others=common_keys | {verb}, templates=True)
        common_table = YamlTable(node.mark, node.flow)
        common_table.update({key: value for key, value in node.items() if key in common_keys})
        common_values, _ = read_fields(fields_of(CommonFields), common_table, what, self._diagnostics)
        common = CommonFields(**common_values, mark=node.mark)
        if model.one_of and not any(name in node for name in model.one_of):
            ways = " or ".join(f"`{name}`" for name in model.one_of)
            self._diagnostics.add(node.mark, f"{what} needs {ways}.", f"Add `{model.one_of[0]}: …`.")
        both = [name for name in model.not_both if name in node]
        if len(both) > 1:
            message = f"{' and '.join(f'`{name}`' for name in both)} of {what} are mutually exclusive."
            self._diagnostics.add(node.mark, message, "Keep one of them.")
        own = model.model_fields[subject].annotation
        with suppress(Unreadable):
            values[subject] = read_value(own, node[verb], what, self._diagnostics, templates=True)
        value = values.get(subject)
        if isinstance(value, BlockName):
            return Group((), node.mark, block=str(value), when=common.when, within=common.within)
        return Step(str(verb), model, values, common, node.mark, self._diagnostics.path)

    def _no_verb(self, node: YamlTable, present: list[YamlText], verbs: dict[str, type[VerbModel]] | Any) -> None:
        if present:
            both = " and ".join(f"`{each}`" for each in present)
            self._diagnostics.add(present[1].mark, f"A step has one verb; this one has {both}.", "Write two steps.")
            return
        first = next((key for key in node if key not in _COMMON and KEYS.get(key) not in _COMMON), None)
        mark = first.mark if first is not None else node.mark
        if first is None:
            self._diagnostics.add(mark, "The step has no verb.", f"Known: {', '.join(sorted(verbs))}.")
            return
        if first in self._words.unread:
            message = f"The verb `{first}` is defined in {self._words.unread[first]}, which was not executed."
            self._diagnostics.add(mark, message, "Review that file, then omit --no-project-steps.")
            return
        self._diagnostics.add(mark, f"Unknown verb `{first}`.", unknown_verb_remedy(first, verbs, ("for_each",)))

    def _group(self, node: YamlTable) -> Group | None:
        loop, inner = node.at("for_each"), node.at("steps")
        conditional = node.at("unless") is not None or node.at("when") is not None
        if loop is None and not conditional and all(key in _GROUP for key in node):
            message = "A group of steps needs `for_each`, `when` or `unless`."
            remedy = "Add `for_each: name in ${list}`, `when: CONDITION` or `unless: CONDITION`."
            self._diagnostics.add(node.mark, message, remedy)
        for key in node:
            if key not in _GROUP:
                remedy = suggest(key, _GROUP) + " Put the steps below `steps:`."
                self._diagnostics.add(key.mark, f"A group of steps has no field `{key}`.", remedy)
        if inner is None:
            self._diagnostics.add(node.mark, "A group of steps needs `steps`.", "Add `steps:` and the steps below it.")
        variable, items = None, None
        if loop is not None and not isinstance(loop, YamlText):
            self._diagnostics.add(loop.mark, "`for_each` must be one line.", "Write `name in ${list}`.")
        elif isinstance(loop, YamlText):
            with suppress(Unreadable):
                variable, items = read_loop(loop, "`for_each`", self._diagnostics)
        conditions: dict[str, Condition] = {}
        for name in ("unless", "when"):
            written = node.at(name)
            if written is not None:
                with suppress(Unreadable):
                    conditions[name] = read_condition(written, f"`{name}`", self._diagnostics)
        within = None
        waits = node.at("within")
        if waits is not None:
            with suppress(Unreadable):
                within = read_value(Seconds, waits, "`within`", self._diagnostics)
        steps = self.steps(inner, "`steps`") if inner is not None else ()
        if variable is None and (loop is not None or not conditional):
            return None  # its steps would use an undefined loop variable
        unless, when = conditions.get("unless"), conditions.get("when")
        return Group(steps, node.mark, None, variable, items, unless, when, within)


@cache
def _common_keys(model: type[VerbModel], verb: str) -> frozenset[str]:
    """The common fields of a step with this verb, without those that the verb defines itself."""
    common = frozenset(filter(model.takes, _COMMON))
    return frozenset(common - fields_of(model, without=model.subject()).written.keys() - {verb})


def _mentioned(node: Node | None) -> set[str]:
    """The names that the file defines, valid or not; a use of one is not reported as another error."""
    if isinstance(node, YamlList):
        return set().union(*(_mentioned(item) for item in node))
    if not isinstance(node, YamlTable):
        return set()
    names = {str(value) for key, value in node.items() if key == "into" and isinstance(value, YamlText)}
    for key, value in node.items():
        if key in ("inputs", "sites", "secrets", "blocks") and isinstance(value, YamlTable):
            names |= {str(name) for name in value}
    return names.union(*(_mentioned(value) for value in node.values()))


def _short_simulator(site: YamlTable) -> None:
    """Expand the short form `simulator: wandb` to `simulator: { kind: wandb }`."""
    node = site.at("simulator")
    key = site.key("simulator")
    if isinstance(node, YamlText) and key is not None:
        table = YamlTable(node.mark, flow=False)
        table[YamlText("kind", node.mark)] = node
        site[key] = table
