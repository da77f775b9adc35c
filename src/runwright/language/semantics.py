"""Semantic checks of a runbook: names, blocks, sites, secrets, and what a change requires of its section."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from runwright.language import declarations
from runwright.language.conditions import CONDITIONS, expressions, positive
from runwright.language.diagnostics import DiagnosticList, Mark, UserError, did_you_mean
from runwright.language.expressions import Expression, ExpressionError, Template
from runwright.language.fields import NOWHERE, Place, SectionName, Variable
from runwright.language.runbook_model import Block, Group, Runbook, Section, Step, flat
from runwright.language.targets import Target

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
BUILT_IN = frozenset({"true", "false"})


def check(runbook: Runbook, diagnostics: DiagnosticList, mentioned: set[str]) -> None:
    """Expand the blocks in ``runbook.sections`` and report every semantic error.

    ``mentioned`` are names that the file defines; while the file has errors, a use of one is not reported, since its
    definition may be the part that could not be read.
    """
    broken = bool(diagnostics.found)
    expander = _BlockExpander(runbook, diagnostics, mentioned)
    object.__setattr__(runbook, "sections", tuple(expander.section(each) for each in runbook.sections))
    object.__setattr__(runbook, "on_failure", expander.expanded(runbook.on_failure, ()))
    _Check(runbook, diagnostics, mentioned if broken else set()).all()


MOST_STEPS = 10_000
"""The most steps of a runbook, those of its blocks counted at each use."""
DEEPEST = 50
"""The most groups and blocks inside each other."""


@dataclass
class _BlockExpander:
    """Replaces the name of a block with its steps. Raises UserError when that makes too many steps."""

    runbook: Runbook
    diagnostics: DiagnosticList
    mentioned: set[str]
    steps: int = 0
    depth: int = 0
    place: Mark | None = None
    """Where the outermost group is written that is being expanded."""

    def section(self, section: Section) -> Section:
        """The section with its blocks expanded."""
        return replace(
            section,
            navigation=self.expanded(section.navigation, ()),
            steps=self.expanded(section.steps, ()),
            on_failure=self.expanded(section.on_failure, ()),
        )

    def expanded(self, steps: tuple[Step | Group, ...], outer: tuple[str, ...]) -> tuple[Step | Group, ...]:
        """The steps with their blocks expanded. ``outer`` are the blocks around them."""
        self.steps += len(steps)
        if self.steps > MOST_STEPS:
            message = f"The runbook has more than {MOST_STEPS:,} steps, with those of its blocks at each use."
            self._refuse(self.place, message)
        return tuple(self._one(each, outer) if isinstance(each, Group) else each for each in steps)

    def _one(self, group: Group, outer: tuple[str, ...]) -> Group:
        if self.depth >= DEEPEST:
            self._refuse(group.mark, f"More than {DEEPEST} groups and blocks are inside each other.")
        self.place = group.mark if self.depth == 0 else self.place
        self.depth += 1
        try:
            return self._inner(group, outer)
        finally:
            self.depth -= 1

    def _refuse(self, mark: Mark | None, message: str) -> NoReturn:
        self.diagnostics.add(mark, message, "Use fewer blocks, or split the runbook.")
        raise UserError(self.diagnostics.ordered())

    def _inner(self, group: Group, outer: tuple[str, ...]) -> Group:
        if group.block is None:
            return replace(group, steps=self.expanded(group.steps, outer))
        block: Block | None = self.runbook.blocks.get(group.block)
        if block is None and group.block in self.mentioned:
            return group
        if block is None:
            remedy = did_you_mean(group.block, self.runbook.blocks)
            self.diagnostics.add(group.mark, f"Unknown block `{group.block}`.", remedy)
            return group
        if group.block in outer:
            path = " → ".join((*outer, group.block))
            self.diagnostics.add(group.mark, f"The block uses itself: {path}.", "Remove one of these uses.")
            return group
        return replace(group, steps=self.expanded(block.steps, (*outer, group.block)))


class _Check:
    def __init__(self, runbook: Runbook, diagnostics: DiagnosticList, mentioned: set[str]) -> None:
        self._runbook = runbook
        self._diagnostics = diagnostics
        self._mentioned = mentioned
        self._declared = set(runbook.inputs) | set(runbook.secrets) | BUILT_IN
        self._defined: set[str] = set()
        self._read_in_steps = {name for section in runbook.sections for name in self._variables(section.steps)}

    def all(self) -> None:
        """Run all checks."""
        self._unique_names()
        for mark, message, remedy in declarations.errors(self._runbook):
            self._add(mark, message, remedy)
        self._sites()
        self._secrets()
        self._browser()
        carried: set[str] = set()
        names: set[str] = set()
        for section in self._runbook.sections:
            if section.name in names:
                message = f"Duplicate section name “{section.name}”."
                self._add(section.mark, message, "Give each section its own name.")
            names.add(section.name)
            self._defined = self._declared | carried
            self._section(section)
            carried |= set(self._variables(section.navigation)) - set(self._runbook.secrets)
        self._defined = set(self._declared)
        self._steps(self._runbook.on_failure, navigation=False)

    def _add(self, mark: Mark | None, message: str, remedy: str) -> None:
        self._diagnostics.add(mark, message, remedy)

    def _unique_names(self) -> None:
        for name, secret in self._runbook.secrets.items():
            if name in self._runbook.inputs:
                self._add(secret.mark, f"`{name}` is both an input and a secret.", "Rename one of them.")
        for name, declared in (*self._runbook.inputs.items(), *self._runbook.secrets.items()):
            if name in BUILT_IN:
                self._add(declared.mark, f"`{name}` is a reserved name.", "Choose another name.")

    def _sites(self) -> None:
        for name, site in self._runbook.sites.items():
            reset = self._runbook.resets.get(name, ())
            own = [] if site.trust is None else [site.trust]
            if site.basic_auth is not None:
                own.append(site.basic_auth.user)
                self._secret_of(site.basic_auth.mark, "password", site.basic_auth.password)
            if site.client_certificate is not None:
                self._secret_of(site.mark, "client_certificate", site.client_certificate)
            if site.passkey is not None:
                self._secret_of(site.mark, "passkey", site.passkey)
            for text in (site.url, *site.also, *own, *(site.simulator or {}).values(), *reset):
                self._expressions(text.expressions, text.mark or site.mark, set(self._runbook.inputs))
            inputs = set(self._runbook.inputs)
            for target in (*site.redact, *([site.signed_in_as] if site.signed_in_as is not None else [])):
                self._target(target, site.mark, inputs)
            if site.signed_out_when is not None:
                for expression, bound in expressions(site.signed_out_when):
                    self._expressions([expression], site.mark, inputs | bound)
            if site.signed_out_when is not None and not positive(site.signed_out_when):
                message = f"`signed_out_when` of `{name}` also holds on a page that is still loading."
                self._add(site.mark, message, "Name something that the sign-in page shows.")
            if site.simulator is not None and "kind" not in site.simulator:
                self._add(site.mark, f"`simulator` of `{name}` needs `kind`.", "Write `simulator: { kind: … }`.")

    def _secret_of(self, mark: Mark, key: str, name: str) -> None:
        """Report a key of a site that names no secret. What it holds is not quoted: it may be the value itself."""
        if name not in self._runbook.secrets.keys() | self._mentioned:
            near = did_you_mean(name, self._runbook.secrets) if NAME.fullmatch(name) else ""
            remedy = near or f"Declare it under `secrets:`, and write `{key}: NAME` without `${{…}}`."
            self._add(mark, f"`{key}` must be the name of a secret.", remedy)

    def _secrets(self) -> None:
        for secret in self._runbook.secrets.values():
            for site in secret.typed_at:
                if site not in self._runbook.sites.keys() | self._mentioned:
                    remedy = did_you_mean(site, self._runbook.sites)
                    self._add(secret.mark, f"Unknown site `{site}` in `typed_at`.", remedy)

    def _browser(self) -> None:
        for banner in self._runbook.dismiss:
            for target in (banner.seen, banner.click):
                self._target(target, banner.mark, set(self._declared))

    def _section(self, section: Section) -> None:
        fields = section.fields
        if fields.when is not None:
            self._expressions([fields.when], section.mark, self._defined)
        if fields.open is not NOWHERE and fields.open.site not in self._runbook.sites.keys() | self._mentioned:
            remedy = did_you_mean(fields.open.site, self._runbook.sites)
            self._add(fields.open.path.mark or section.mark, f"Unknown site `{fields.open.site}`.", remedy)
        self._expressions(fields.open.path.expressions, section.mark, self._defined)
        self._steps(section.navigation, navigation=True)
        for condition in (fields.ready, fields.done_when, fields.waits_when):
            if condition is not None:
                self._condition(condition, section.mark)
        if fields.waits_for is not None:
            self._expressions(fields.waits_for.expressions, section.mark, self._defined)
            if fields.waits_when is None:
                message = f"The section “{section.name}” has `waits_for` but no `waits_when`."
                self._add(section.mark, message, "Add `waits_when:` with what the page shows while the run must wait.")
        if fields.ready is not None and not positive(fields.ready):
            message = f"`ready` of “{section.name}” also holds on a page that is still loading."
            self._add(section.mark, message, "Name something that the loaded page shows.")
        if section.changes and fields.probe:
            message = f"The section “{section.name}” is a probe but makes changes."
            self._add(section.mark, message, "A probe must not change anything: end it before anything is saved.")
        if fields.done_when is not None and fields.always_run is not None:
            message = "`done_when` and `always_run` are mutually exclusive."
            self._add(section.mark, message, "Keep one of them.")
        if not section.incomplete:
            self._required_conditions(section)
        self._steps(section.steps, navigation=False)
        self._steps(section.on_failure, navigation=False)

    def _required_conditions(self, section: Section) -> None:
        """Report missing `ready` and `done_when`."""
        fields = section.fields
        if section.changes and fields.ready is None:
            message = f"The section “{section.name}” makes changes but has no `ready`."
            self._add(section.mark, message, "Add `ready:` with what shows that the page has loaded.")
        if section.changes and fields.done_when is None and fields.always_run is None:
            message = f"The section “{section.name}” makes changes but has no `done_when`."
            remedy = "Add `done_when:` with what shows that it is done, or `always_run:` with why no page shows it."
            self._add(section.mark, message, remedy)
        if fields.done_when is not None and fields.ready is None:
            message = f"The section “{section.name}” has `done_when` but no `ready`."
            self._add(
                section.mark,
                message,
                "Add `ready:`; a page that is read too early looks undone.",
            )

    def _steps(self, steps: tuple[Step | Group, ...], navigation: bool, own: frozenset[str] = frozenset()) -> None:
        for each in steps:
            if isinstance(each, Group):
                self._group(each, navigation, own)
                continue
            self._step(each, own)
            if navigation and each.common.changes:
                message = "A step in `navigation` cannot make changes."
                self._add_at(each, message, "Move it below `steps:`.")

    def _group(self, group: Group, navigation: bool, own: frozenset[str]) -> None:
        inner = own
        if group.items is not None and group.variable is not None:
            self._expressions([group.items], group.mark, self._defined | own)
            if not group.items.names and not _is_list(group.items):
                self._add(group.mark, f"`{group.items}` is not a list.", "Name an input of `type: list`.")
            inner = own | {group.variable}
            if group.variable in self._declared:
                message = f"The loop variable `{group.variable}` is already an input or a secret."
                self._add(group.mark, message, "Rename the loop variable.")
        for condition in (group.unless, group.when):
            if condition is not None:
                self._condition(condition, group.mark, inner)
        if group.within is not None and group.when is None and group.unless is None:
            self._add(group.mark, "`within` has nothing to wait for.", "Add `when: CONDITION`, or remove it.")
        self._steps(group.steps, navigation, inner)

    def _step(self, step: Step, own: frozenset[str]) -> None:
        common = step.common
        for condition in (common.when, common.expect):
            if condition is not None:
                self._condition(condition, step.mark, own, step)
        if common.name is not None:
            if not str(common.name).strip():
                self._add_at(step, "`name` is empty.", "Write a sentence, or remove the line.")
            self._expressions(common.name.expressions, step.mark, self._defined | own, step)
        if common.within is not None and common.when is None:
            self._add_at(step, "`within` has nothing to wait for.", "Add `when: CONDITION`, or remove it.")
        if common.changes and step.model.read_only:
            self._add_at(step, f"`{step.verb}` is read-only, so it cannot make changes.", "Remove `changes`.")
        for name, value in step.arguments.items():
            if declarations.is_empty(step.model.model_fields[name], value):
                written = step.model.model_fields[name].alias or name
                written = step.verb if name == step.model.subject() else written
                self._add_at(step, f"`{written}` is empty.", "Write a value.")
            self._argument(step, name, value, own)

    def _argument(self, step: Step, name: str, value: Any, own: frozenset[str]) -> None:
        defined = self._defined | own
        if isinstance(value, Target):
            self._target(value, step.mark, defined, step)
        elif isinstance(value, CONDITIONS):
            self._condition(value, step.mark, own, step)
        elif isinstance(value, Variable):
            if value in self._runbook.inputs or value in BUILT_IN or value in own:
                self._add_at(step, f"`{value}` already has a value.", "Choose another name.")
            self._defined.add(value)
        elif isinstance(value, SectionName):
            names = [section.name for section in self._runbook.sections]
            if value not in names:
                self._add_at(step, f"Unknown section “{value}”.", did_you_mean(value, names))
        elif isinstance(value, Place):
            if value.site not in self._runbook.sites.keys() | self._mentioned:
                remedy = did_you_mean(value.site, self._runbook.sites)
                self._report(step, value.path.mark or step.mark, f"Unknown site `{value.site}`.", remedy)
            self._expressions(value.path.expressions, step.mark, defined, step)
        elif isinstance(value, Template):
            accepts_secret = "Secret" in str(step.model.model_fields[name].annotation)
            alone = len(value.parts) == 1 and value.expressions and value.expressions[0].source.strip()
            if accepts_secret and alone in self._runbook.secrets:
                if not self._runbook.secrets[str(alone)].typed_at:
                    message = f"The secret `{alone}` has no `typed_at`."
                    self._add_at(step, message, "Add `typed_at: SITE` to its declaration.")
                return
            self._expressions(value.expressions, value.mark or step.mark, defined, step)
        elif isinstance(value, list):
            for item in value:
                self._argument(step, name, item, own)

    def _target(self, target: Target, mark: Mark, defined: set[str], step: Step | None = None) -> None:
        for text in target.templates():
            self._expressions(text.expressions, text.mark or mark, defined, step)

    def _condition(
        self, condition: Any, mark: Mark, own: frozenset[str] = frozenset(), step: Step | None = None
    ) -> None:
        for expression, bound in expressions(condition):
            self._expressions([expression], mark, self._defined | own | bound, step)

    def _expressions(
        self,
        found: Iterable[Expression],
        mark: Mark,
        defined: set[str] | frozenset[str],
        step: Step | None = None,
    ) -> None:
        for expression in found:
            wrong = [name for name in sorted(expression.names) if name in self._runbook.secrets or name not in defined]
            if not wrong:
                continue
            place = expression.mark or mark
            if step is None or step.path == self._diagnostics.path:
                place = self._diagnostics.place(place, str(expression))
            for name in wrong:
                if name in self._runbook.secrets:
                    message = "A secret can only be the whole value of `with`."
                    self._report(step, place, message, f"Write `with: ${{{name}}}` in a `fill` or `type`.")
                elif name not in defined and name not in self._mentioned:
                    remedy = did_you_mean(name, defined - BUILT_IN)
                    if name in self._read_in_steps:
                        remedy = f"The steps of another section read `{name}`: read it in its `navigation`, or here."
                    self._report(step, place, f"`{name}` is not defined here.", remedy)

    def _report(self, step: Step | None, mark: Mark, message: str, remedy: str) -> None:
        """Report an error at its position, which may be in the file of a block."""
        if step is not None and step.path != self._diagnostics.path:
            self._add(None, f"{step.path}:{mark.line}: {message}", remedy)
        else:
            self._add(mark, message, remedy)

    def _add_at(self, step: Step, message: str, remedy: str) -> None:
        self._report(step, step.mark, message, remedy)

    def _variables(self, steps: tuple[Step | Group, ...]) -> Iterator[str]:
        for step in flat(steps):
            for value in step.arguments.values():
                if isinstance(value, Variable):
                    yield str(value)


def _is_list(fixed: Expression) -> bool:
    """Whether an expression without names evaluates to a list."""
    try:
        return isinstance(fixed.value({}), list)
    except ExpressionError:
        return False
