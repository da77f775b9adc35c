"""The plan of a run: a runbook with its inputs, sites and secrets resolved, before a browser starts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runwright.engine.errors import InvalidCall
from runwright.engine.next_actions import ActionKind, NextAction
from runwright.engine.secrets.passkeys import passkey_problems
from runwright.engine.secrets.sinks import Sink, checked_sinks
from runwright.engine.secrets.sources import Terminal, resolve_sources, seed_problems
from runwright.engine.site_origins import ResolvedSite, Sites
from runwright.engine.site_trust import SiteTrust, TrustError, trust_of
from runwright.language.bounded_file import FileTooLarge, read_bounded
from runwright.language.diagnostics import Diagnostic, UserError, did_you_mean
from runwright.language.expressions import ExpressionError, Template
from runwright.language.fields import Variable
from runwright.language.input_values import fit as _fit
from runwright.language.origins import Origin, bare_origin
from runwright.language.runbook_model import Input, Runbook, Site, flat
from runwright.language.secret_places import SOURCES

_MOST_OF_A_GUIDE = 20_000_000
"""The most bytes of a guide that is kept with the evidence."""


@dataclass(frozen=True)
class GuideCopy:
    """The guide that a runbook follows, as a run records it."""

    name: str
    path: str | None = None
    """The name of the guide's file; None if only the guide's name is known."""
    text: bytes | None = field(default=None, repr=False)
    items: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The texts of the items that the runbook follows, by reference: `2.5` or `heading/5`."""

    @property
    def sha256(self) -> str | None:
        return hashlib.sha256(self.text).hexdigest() if self.text is not None else None


@dataclass(frozen=True)
class Plan:
    """A runbook with everything resolved that one run needs."""

    runbook: Runbook
    inputs: dict[str, Any]
    sites: Sites
    secrets: dict[str, str] = field(repr=False)
    """The values of secrets that have a source; secrets that are read off a page come later."""
    rehearsal: bool
    mode: str
    """`run` or `check`."""
    probing: bool = False
    """Whether `probe` sections, which show what a page refuses, run as well."""
    guide: GuideCopy | None = None
    looking: bool = False
    """Whether it only leads to a page to look at: it takes no lock, and no later run needs to know of it."""
    sinks: Mapping[str, Sink] = field(default_factory=dict)
    """Where secrets that are read off a page are handed to, by name; none in a rehearsal or a check."""

    def scope(self) -> dict[str, Any]:
        """The names and values that expressions can use when the run starts."""
        return dict(self.inputs)

    def item(self, follows: list[str]) -> str | None:
        """The text of the first item of the guide that a step follows; None if the guide's text is unknown."""
        items = self.guide.items if self.guide is not None else {}
        return next((items[each] for each in follows if each in items), None)

    def section_number(self, name: str) -> int:
        """The number of a section, by its number or name. Raises UserError."""
        sections = {section.name: section.number for section in self.runbook.sections}
        if name.isdigit() and int(name) in sections.values():
            return int(name)
        if name not in sections:
            raise UserError(Diagnostic(f"The runbook has no section `{name}`.", did_you_mean(name, sections)))
        return sections[name]


def make_plan(
    runbook: Runbook,
    values: Mapping[str, Any],
    sources: Mapping[str, str],
    rehearsal: bool,
    mode: str = "run",
    ask: Terminal | None = None,
    guide: Path | None = None,
    keep: Mapping[str, str] | None = None,
) -> Plan:
    """Resolve inputs, sites and secrets. Raises UserError with everything that is missing or invalid.

    ``values`` are inputs by name, ``sources`` are secret sources by name (`env:NAME`, `file:PATH`, …). ``guide`` is
    the file of the guide, which the evidence keeps a copy of. ``keep`` are sinks of secrets by name (`age:FILE`, …).
    """
    diagnostics: list[Diagnostic] = []
    inputs = _inputs(runbook, values, rehearsal, diagnostics)
    for name in sources:
        if name not in runbook.secrets:
            diagnostics.append(Diagnostic(f"The runbook has no secret `{name}`.", did_you_mean(name, runbook.secrets)))
    if diagnostics:
        absent = [(name, each.example) for name, each in runbook.inputs.items() if name not in {**values, **inputs}]
        given = tuple((name, _text(example) if example else "…") for name, example in absent)
        raise InvalidCall(diagnostics, (NextAction(ActionKind.PASS_VALUES, inputs=given),) if given else ())
    sites = Sites(resolved_site(runbook, name, site, inputs, rehearsal) for name, site in runbook.sites.items())
    diagnostics += _sections(runbook, inputs)
    sinks: dict[str, Sink] = {}
    if mode == "run" and not rehearsal:  # what a rehearsal reads is made up
        sinks, problems = checked_sinks(runbook.secrets, keep or {}, read_by_steps(runbook))
        diagnostics += problems
    chosen = {name: sources.get(name) or secret.source for name, secret in runbook.secrets.items()}
    named = {name: source for name, source in chosen.items() if source is not None}
    if not rehearsal:
        diagnostics += _without_source(runbook, named)
    secrets, unusable = resolve_sources(named, ask if not diagnostics else None)
    unusable |= seed_problems(runbook.secrets, secrets)
    unusable |= passkey_problems(sites, secrets)
    diagnostics += unusable.values()
    if diagnostics:
        another = NextAction(ActionKind.PASS_VALUES, secrets=tuple(unusable))
        raise InvalidCall(diagnostics, (another,) if unusable else ())
    return Plan(runbook, inputs, sites, secrets, rehearsal, mode, guide=_guide(runbook, guide), sinks=sinks)


def _without_source(runbook: Runbook, sources: Mapping[str, str]) -> Iterator[Diagnostic]:
    """The secrets of sites without a source: they are needed before the first page."""
    for name, site in runbook.sites.items():
        needed = (site.client_certificate, site.basic_auth.password if site.basic_auth is not None else None)
        for secret in filter(None, needed):
            if secret not in sources:
                yield Diagnostic(
                    f"The secret `{secret}` of the site `{name}` has no source.", f"Sources are {SOURCES}."
                )


def read_by_steps(runbook: Runbook) -> set[str]:
    """The names to which steps assign a value: what they read or register, and what a person answers."""
    steps = [step for section in runbook.sections for step in section.every_step]
    arguments = [each for step in (*steps, *flat(runbook.on_failure)) for each in step.arguments.values()]
    registered = {site.passkey for site in runbook.sites.values() if site.passkey is not None}
    return {str(each) for each in arguments if isinstance(each, Variable)} | registered


def _guide(runbook: Runbook, path: Path | None) -> GuideCopy | None:
    """The guide with its text, if its file is known. Raises UserError when the file cannot be read."""
    if path is None:
        return GuideCopy(runbook.guide) if runbook.guide else None
    try:
        text = read_bounded(path, _MOST_OF_A_GUIDE)
    except FileTooLarge:
        raise UserError(Diagnostic("The guide is too large.", "Pass a file that holds one page.", path=path)) from None
    except OSError as error:
        remedy = "Pass the path of the guide's file."
        raise UserError(Diagnostic(f"Cannot read the guide: {error.strerror}.", remedy, path=path)) from None
    return GuideCopy(runbook.guide or path.stem, path.name, text)


def _inputs(
    runbook: Runbook, values: Mapping[str, Any], rehearsal: bool, diagnostics: list[Diagnostic]
) -> dict[str, Any]:
    inputs = {}
    for name in values:
        if name not in runbook.inputs:
            diagnostics.append(Diagnostic(f"The runbook has no input `{name}`.", did_you_mean(name, runbook.inputs)))
    for name, declared in runbook.inputs.items():
        candidates = (values.get(name), declared.example if rehearsal else None, declared.default)
        value = next((each for each in candidates if each is not None), None)
        if value is None and declared.type == "list":
            value = []
        if value is None:
            example = declared.example
            remedy = f"Pass a value, such as {_text(example)}." if example else "Pass a value."
            message = f"The input `{name}` has no value. ({declared.description})"
            diagnostics.append(Diagnostic(message, remedy))
            continue
        try:
            inputs[name] = fit(name, declared, value)
        except UserError as error:
            diagnostics += error.diagnostics
    return inputs


def fit(name: str, declared: Input, value: Any) -> Any:
    """An input's value, converted to its type. Raises UserError if it is invalid."""
    try:
        return _fit(declared, value)
    except ValueError as error:
        raise UserError(Diagnostic(f"The input `{name}`: {error}", f"Description: {declared.description}")) from None


def _text(example: str | list[str]) -> str:
    """An example of an input, as it is passed."""
    return ",".join(example) if isinstance(example, list) else example


def resolved_site(
    runbook: Runbook, name: str, site: Site, inputs: Mapping[str, Any], rehearsal: bool = False
) -> ResolvedSite:
    """A site with its expressions resolved. Raises UserError for a missing input or an invalid address."""
    url = _evaluated(runbook.path, site.url, inputs).rstrip("/")
    home = _origin(runbook.path, name, url, site.url)
    also = tuple(
        _origin(runbook.path, name, _evaluated(runbook.path, text, inputs).rstrip("/"), text) for text in site.also
    )
    options = {key: _evaluated(runbook.path, text, inputs) for key, text in (site.simulator or {}).items()}
    kind = options.pop("kind", None)
    auth = site.basic_auth
    return ResolvedSite(
        name,
        str(home),
        home,
        also,
        site.signed_out_when,
        site.signed_in_as,
        tuple(site.redact),
        (kind, options),
        site.requests == "own",
        _trust(runbook.path, site.trust, inputs) if site.trust is not None and not rehearsal else None,
        site.client_certificate,
        (_evaluated(runbook.path, auth.user, inputs), auth.password) if auth is not None else None,
        site.passkey,
    )


def _trust(path: Path, text: Template, inputs: Mapping[str, Any]) -> SiteTrust:
    try:
        return trust_of(_evaluated(path, text, inputs), path.parent)
    except TrustError as error:
        raise UserError(Diagnostic(str(error), error.remedy, text.mark, path)) from None


def _sections(runbook: Runbook, inputs: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """Errors in the `when` of sections, as far as the inputs alone show them."""
    for section in runbook.sections:
        try:
            section.applies(inputs)
        except ExpressionError as error:
            message = f"`when` of “{section.name}”: {error}"
            yield Diagnostic(message, error.remedy or "Check the inputs.", section.mark, runbook.path)


def _evaluated(path: Path, text: Template, inputs: Mapping[str, Any]) -> str:
    try:
        return text.text(inputs)
    except ExpressionError as error:
        raise UserError(Diagnostic(str(error), error.remedy or "Check the inputs.", text.mark, path)) from None


def _origin(path: Path, name: str, url: str, text: Template) -> Origin:
    found = bare_origin(url)
    if found is None:
        message = f"Invalid address of the site `{name}`: `{url}`."
        raise UserError(Diagnostic(message, "Write scheme and host, such as https://api.slack.com.", text.mark, path))
    return found
