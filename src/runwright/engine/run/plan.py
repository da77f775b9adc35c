"""What a run will do: the runbook with its inputs, sites and secrets worked out, before anything is touched."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runwright.engine.browser.site_origins import ResolvedSite, Sites
from runwright.engine.secrets.sources import Terminal, resolve_source
from runwright.language.diagnostics import Fault, UserError, did_you_mean
from runwright.language.expressions import ExpressionError, Template
from runwright.language.input_values import fit as _fit
from runwright.language.origins import Origin, bare_origin
from runwright.language.runbook_model import Input, Runbook, Site


@dataclass(frozen=True)
class Plan:
    """One run, worked out."""

    runbook: Runbook
    inputs: dict[str, Any]
    sites: Sites
    secrets: dict[str, str]
    """The values of the secrets that are given; those that are read off a page come later."""
    rehearsal: bool
    mode: str
    """`run` or `check`."""
    probing: bool = False
    """The sections that only show what a page refuses are run too."""

    def scope(self) -> dict[str, Any]:
        """What expressions may name when the run begins."""
        return dict(self.inputs)


def make_plan(
    runbook: Runbook,
    given: Mapping[str, Any],
    sources: Mapping[str, str],
    rehearsal: bool,
    mode: str = "run",
    ask: Terminal | None = None,
) -> Plan:
    """Work out inputs, sites and secrets. Raises UserError with everything that is missing or does not fit."""
    faults: list[Fault] = []
    inputs = _inputs(runbook, given, rehearsal, faults)
    for name in sources:
        if name not in runbook.secrets:
            faults.append(Fault(f"The runbook has no secret `{name}`.", did_you_mean(name, runbook.secrets)))
    if faults:
        raise UserError(faults)
    sites = Sites(_site(runbook, name, site, inputs) for name, site in runbook.sites.items())
    faults += _sections(runbook, inputs)
    secrets = {}
    for name, secret in runbook.secrets.items():
        source = sources.get(name) or secret.source
        if source is not None:
            try:
                secrets[name] = resolve_source(name, source, ask)
            except UserError as error:
                faults += error.faults
    if faults:
        raise UserError(faults)
    return Plan(runbook, inputs, sites, secrets, rehearsal, mode)


def _inputs(runbook: Runbook, given: Mapping[str, Any], rehearsal: bool, faults: list[Fault]) -> dict[str, Any]:
    values = {}
    for name in given:
        if name not in runbook.inputs:
            faults.append(Fault(f"The runbook has no input `{name}`.", did_you_mean(name, runbook.inputs)))
    for name, declared in runbook.inputs.items():
        ways = (given.get(name), declared.example if rehearsal else None, declared.default)
        value = next((way for way in ways if way is not None), None)
        if value is None and declared.type == "list":
            value = []
        if value is None:
            remedy = f"Give it: -i {name}={_to_type(declared.example)}"
            faults.append(Fault(f"The input `{name}` has no value. ({declared.about})", remedy))
            continue
        try:
            values[name] = fit(name, declared, value)
        except UserError as error:
            faults += error.faults
    return values


def fit(name: str, declared: Input, value: Any) -> Any:
    """An input's value as its type wants it. Raises UserError when it does not fit."""
    try:
        return _fit(declared, value)
    except ValueError as error:
        raise UserError(Fault(f"The input `{name}`: {error}", f"It is: {declared.about}")) from None


def _to_type(example: str | list[str] | None) -> str:
    """An example as one types it on a command line."""
    return shlex.quote(",".join(example) if isinstance(example, list) else example) if example else "…"


def _site(runbook: Runbook, name: str, site: Site, inputs: Mapping[str, Any]) -> ResolvedSite:
    url = _worked_out(runbook.path, site.url, inputs).rstrip("/")
    home = _origin(runbook.path, name, url, site.url)
    also = tuple(
        _origin(runbook.path, name, _worked_out(runbook.path, text, inputs).rstrip("/"), text) for text in site.also
    )
    options = {key: _worked_out(runbook.path, text, inputs) for key, text in (site.stand_in or {}).items()}
    kind = options.pop("kind", None)
    return ResolvedSite(
        name, str(home), home, also, site.signed_out_when, site.signed_in_as, tuple(site.conceal), (kind, options)
    )


def _sections(runbook: Runbook, inputs: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with when sections apply, as far as the inputs alone say so."""
    for section in runbook.sections:
        try:
            section.applies(inputs)
        except ExpressionError as error:
            message = f"`when` of “{section.title}”: {error}"
            yield Fault(message, error.remedy or "Look at the inputs.", section.mark, runbook.path)


def _worked_out(path: Path, text: Template, inputs: Mapping[str, Any]) -> str:
    try:
        return text.text(inputs)
    except ExpressionError as error:
        raise UserError(Fault(str(error), error.remedy or "Look at the inputs.", text.mark, path)) from None


def _origin(path: Path, name: str, url: str, text: Template) -> Origin:
    found = bare_origin(url)
    if found is None:
        message = f"The address of the site `{name}` is no origin: `{url}`."
        raise UserError(Fault(message, "Write scheme and host: https://api.slack.com.", text.mark, path))
    return found
