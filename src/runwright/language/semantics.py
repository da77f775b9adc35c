"""What the parts of a runbook mean together: names, blocks, sites, secrets, and what a commit asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from runwright.language import declarations
from runwright.language.conditions import CONDITIONS, expressions, positive
from runwright.language.diagnostics import Faults, Mark, did_you_mean
from runwright.language.expressions import Expression, ExpressionError, Template
from runwright.language.fields import NOWHERE, Place, SectionTitle, Variable
from runwright.language.runbook_model import Block, Group, Runbook, Section, Step, flat
from runwright.language.targets import Target

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
BUILT_IN = frozenset({"true", "false"})


def check(runbook: Runbook, faults: Faults, mentioned: set[str]) -> None:
    """Put the blocks in their places (in ``runbook.sections``) and tell every fault of meaning.

    ``mentioned`` are names that the file gives to things which could not be read: their fault is told already.
    """
    broken = bool(faults.found)
    placed = _Blocks(runbook, faults, mentioned)
    object.__setattr__(runbook, "sections", tuple(placed.section(each) for each in runbook.sections))
    _Check(runbook, faults, mentioned if broken else set()).all()


@dataclass
class _Blocks:
    """Puts the steps of a block where its name stands."""

    runbook: Runbook
    faults: Faults
    mentioned: set[str]

    def section(self, section: Section) -> Section:
        return replace(section, reach=self._in_place(section.reach, ()), steps=self._in_place(section.steps, ()))

    def _in_place(self, steps: tuple[Step | Group, ...], outer: tuple[str, ...]) -> tuple[Step | Group, ...]:
        return tuple(self._one(each, outer) if isinstance(each, Group) else each for each in steps)

    def _one(self, group: Group, outer: tuple[str, ...]) -> Group:
        if group.block is None:
            return replace(group, steps=self._in_place(group.steps, outer))
        block: Block | None = self.runbook.blocks.get(group.block)
        if block is None and group.block in self.mentioned:
            return group
        if block is None:
            remedy = did_you_mean(group.block, self.runbook.blocks)
            self.faults.add(group.mark, f"There is no block `{group.block}`.", remedy)
            return group
        if group.block in outer:
            way = " → ".join((*outer, group.block))
            self.faults.add(group.mark, f"The block uses itself: {way}.", "Take one of these uses out.")
            return group
        return replace(group, steps=self._in_place(block.steps, (*outer, group.block)))


class _Check:
    def __init__(self, runbook: Runbook, faults: Faults, mentioned: set[str]) -> None:
        self._runbook = runbook
        self._faults = faults
        self._mentioned = mentioned
        self._given = set(runbook.inputs) | set(runbook.secrets) | BUILT_IN
        self._known: set[str] = set()
        self._elsewhere = {name for section in runbook.sections for name in self._variables(section.steps)}

    def all(self) -> None:
        self._names_once()
        for mark, message, remedy in declarations.wrong(self._runbook):
            self._add(mark, message, remedy)
        self._sites()
        self._secrets()
        self._browser()
        carried: set[str] = set()
        titles: dict[str, int] = {}
        for section in self._runbook.sections:
            if section.title in titles:
                message = f"The section “{section.title}” stands twice."
                self._add(section.mark, message, "Give each section a title of its own.")
            titles[section.title] = section.number
            self._known = self._given | carried
            self._section(section)
            carried |= set(self._variables(section.reach)) - set(self._runbook.secrets)

    def _add(self, mark: Mark | None, message: str, remedy: str) -> None:
        self._faults.add(mark, message, remedy)

    def _names_once(self) -> None:
        for name, secret in self._runbook.secrets.items():
            if name in self._runbook.inputs:
                self._add(secret.mark, f"`{name}` is an input and a secret.", "Give one of them another name.")
        for name, given in (*self._runbook.inputs.items(), *self._runbook.secrets.items()):
            if name in BUILT_IN:
                self._add(given.mark, f"`{name}` has a meaning of its own.", "Choose another name.")

    def _sites(self) -> None:
        for name, site in self._runbook.sites.items():
            for text in (site.url, *site.also, *(site.stand_in or {}).values()):
                self._expressions(text.expressions, text.mark or site.mark, set(self._runbook.inputs))
            given = set(self._runbook.inputs)
            for target in (*site.conceal, *([site.signed_in_as] if site.signed_in_as is not None else [])):
                self._target(target, site.mark, given)
            if site.signed_out_when is not None:
                for expression, bound in expressions(site.signed_out_when):
                    self._expressions([expression], site.mark, given | bound)
            if site.signed_out_when is not None and not positive(site.signed_out_when):
                message = f"`signed_out_when` of `{name}` is true of every page that is still loading."
                self._add(site.mark, message, "Name something that is there on the sign-in page.")
            if site.stand_in is not None and "kind" not in site.stand_in:
                self._add(site.mark, f"`stand_in` of `{name}` needs `kind`.", "Write `stand_in: { kind: … }`.")

    def _secrets(self) -> None:
        for secret in self._runbook.secrets.values():
            for site in secret.typed_at:
                if site not in self._runbook.sites.keys() | self._mentioned:
                    remedy = did_you_mean(site, self._runbook.sites)
                    self._add(secret.mark, f"`typed_at` names the site `{site}`, which is not declared.", remedy)

    def _browser(self) -> None:
        for banner in self._runbook.dismiss:
            for target in (banner.seen, banner.click):
                self._target(target, banner.mark, set(self._given))

    def _section(self, section: Section) -> None:
        head = section.head
        if head.when is not None:
            self._expressions([head.when], section.mark, self._known)
        if head.open is not NOWHERE and head.open.site not in self._runbook.sites.keys() | self._mentioned:
            remedy = did_you_mean(head.open.site, self._runbook.sites)
            self._add(head.open.path.mark or section.mark, f"There is no site `{head.open.site}`.", remedy)
        self._expressions(head.open.path.expressions, section.mark, self._known)
        self._steps(section.reach, reach=True)
        for condition in (head.ready, head.done_when, head.waits_when):
            if condition is not None:
                self._condition(condition, section.mark)
        if head.waits_for is not None:
            self._expressions(head.waits_for.expressions, section.mark, self._known)
            if head.waits_when is None:
                message = f"The section “{section.title}” has `waits_for`, and no `waits_when`."
                self._add(section.mark, message, "Add `waits_when:` with what the page shows until then.")
        if head.ready is not None and not positive(head.ready):
            message = f"`ready` of “{section.title}” is true of every page that is still loading."
            self._add(section.mark, message, "Name something that is there once the page has come.")
        if section.commits and head.probe:
            message = f"The section “{section.title}” is a probe, and commits."
            self._add(section.mark, message, "A probe leaves nothing behind: end it before anything is saved.")
        if head.done_when is not None and head.every_time is not None:
            message = "`done_when` and `every_time` exclude each other."
            self._add(section.mark, message, "Keep the one that is true.")
        if not section.partly:
            self._whole(section)
        self._steps(section.steps, reach=False)

    def _whole(self, section: Section) -> None:
        """What a section must not lack."""
        head = section.head
        if section.commits and head.ready is None:
            message = f"The section “{section.title}” commits, and has no `ready`."
            self._add(section.mark, message, "Add `ready:` with what shows that the page has come.")
        if section.commits and head.done_when is None and head.every_time is None:
            message = f"The section “{section.title}” commits, and has no `done_when`."
            remedy = "Add `done_when:` with what shows that it is done, or `every_time:` with why none does."
            self._add(section.mark, message, remedy)
        if head.done_when is not None and head.ready is None:
            message = f"The section “{section.title}” has `done_when`, and no `ready`."
            self._add(section.mark, message, "Add `ready:`; a page read too early looks undone.")

    def _steps(self, steps: tuple[Step | Group, ...], reach: bool, own: frozenset[str] = frozenset()) -> None:
        for each in steps:
            if isinstance(each, Group):
                self._group(each, reach, own)
                continue
            self._step(each, own)
            if reach and each.frame.commits:
                message = "`reach` is the way to a place; nothing on it may commit."
                self._add_at(each, message, "Move the step below `steps:`.")

    def _group(self, group: Group, reach: bool, own: frozenset[str]) -> None:
        inner = own
        if group.items is not None and group.variable is not None:
            self._expressions([group.items], group.mark, self._known | own)
            if not group.items.names and not _is_list(group.items):
                self._add(group.mark, f"`{group.items}` is no list.", "Name an input of `type: list`.")
            inner = own | {group.variable}
            if group.variable in self._given:
                message = f"`{group.variable}` is an input or a secret already."
                self._add(group.mark, message, "Give the loop's name another one.")
        for condition in (group.unless, group.when):
            if condition is not None:
                self._condition(condition, group.mark, inner)
        self._steps(group.steps, reach, inner)

    def _step(self, step: Step, own: frozenset[str]) -> None:
        frame = step.frame
        for condition in (frame.when, frame.expect):
            if condition is not None:
                self._condition(condition, step.mark, own, step)
        if frame.say is not None:
            if not str(frame.say).strip():
                self._add_at(step, "`say` is empty.", "Write a sentence for people, or take it out.")
            self._expressions(frame.say.expressions, step.mark, self._known | own, step)
        if frame.commits and step.model.looks_only:
            self._add_at(step, f"`{step.verb}` changes nothing, so it cannot commit.", "Take `commits` out.")
        for name, value in step.arguments.items():
            if declarations.is_empty(step.model.model_fields[name], value):
                written = step.model.model_fields[name].alias or name
                written = step.verb if name == step.model.subject() else written
                self._add_at(step, f"`{written}` is empty.", "Write something there.")
            self._argument(step, name, value, own)

    def _argument(self, step: Step, name: str, value: Any, own: frozenset[str]) -> None:
        known = self._known | own
        if isinstance(value, Target):
            self._target(value, step.mark, known, step)
        elif isinstance(value, CONDITIONS):
            self._condition(value, step.mark, own, step)
        elif isinstance(value, Variable):
            if value in self._runbook.inputs or value in BUILT_IN or value in own:
                self._add_at(step, f"`{value}` has a value already.", "Read it into another name.")
            self._known.add(value)
        elif isinstance(value, SectionTitle):
            titles = [section.title for section in self._runbook.sections]
            if value not in titles:
                self._add_at(step, f"There is no section “{value}”.", did_you_mean(value, titles))
        elif isinstance(value, Place):
            if value.site not in self._runbook.sites.keys() | self._mentioned:
                remedy = did_you_mean(value.site, self._runbook.sites)
                self._tell(step, value.path.mark or step.mark, f"There is no site `{value.site}`.", remedy)
            self._expressions(value.path.expressions, step.mark, known, step)
        elif isinstance(value, Template):
            takes_secret = "Secret" in str(step.model.model_fields[name].annotation)
            alone = len(value.parts) == 1 and value.expressions and value.expressions[0].source.strip()
            if takes_secret and alone in self._runbook.secrets:
                if not self._runbook.secrets[str(alone)].typed_at:
                    message = f"The secret `{alone}` may be typed nowhere."
                    self._add_at(step, message, "Add `typed_at: SITE` where the secret is declared.")
                return
            self._expressions(value.expressions, value.mark or step.mark, known, step)
        elif isinstance(value, list):
            for item in value:
                self._argument(step, name, item, own)

    def _target(self, target: Target, mark: Mark, known: set[str], step: Step | None = None) -> None:
        for text in target.templates():
            self._expressions(text.expressions, text.mark or mark, known, step)

    def _condition(
        self, condition: Any, mark: Mark, own: frozenset[str] = frozenset(), step: Step | None = None
    ) -> None:
        for expression, bound in expressions(condition):
            self._expressions([expression], mark, self._known | own | bound, step)

    def _expressions(
        self,
        found: Iterable[Expression],
        mark: Mark,
        known: set[str] | frozenset[str],
        step: Step | None = None,
    ) -> None:
        for expression in found:
            place = expression.mark or mark
            if step is None or step.path == self._faults.path:
                place = self._faults.place(place, str(expression))
            for name in sorted(expression.names):
                if name in self._runbook.secrets:
                    message = f"The secret `{name}` may stand alone only, in a field that types it."
                    self._tell(step, place, message, f"Write `with: ${{{name}}}` in a `fill` or `type`.")
                elif name not in known and name not in self._mentioned:
                    remedy = did_you_mean(name, known - BUILT_IN)
                    if name in self._elsewhere:
                        remedy = f"Another section's steps read `{name}`: read it in its `reach`, or here."
                    self._tell(step, place, f"`{name}` is not known here.", remedy)

    def _tell(self, step: Step | None, mark: Mark, message: str, remedy: str) -> None:
        """Tell a fault at its place, which may stand in a block's own file."""
        if step is not None and step.path != self._faults.path:
            self._add(None, f"{step.path}:{mark.line}: {message}", remedy)
        else:
            self._add(mark, message, remedy)

    def _add_at(self, step: Step, message: str, remedy: str) -> None:
        self._tell(step, step.mark, message, remedy)

    def _variables(self, steps: tuple[Step | Group, ...]) -> Iterator[str]:
        for step in flat(steps):
            for value in step.arguments.values():
                if isinstance(value, Variable):
                    yield str(value)


def _is_list(fixed: Expression) -> bool:
    """Whether an expression that names nothing is a list."""
    try:
        return isinstance(fixed.value({}), list)
    except ExpressionError:
        return False
