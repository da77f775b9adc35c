"""The plan of a run: a runbook with its inputs, sites and secrets resolved, before a browser starts."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runwright.engine.secrets.sources import Terminal, resolve_source
from runwright.engine.site_origins import ResolvedSite, Sites
from runwright.language.diagnostics import Diagnostic, UserError, did_you_mean
from runwright.language.expressions import ExpressionError, Template
from runwright.language.input_values import fit as _fit
from runwright.language.origins import Origin, bare_origin
from runwright.language.runbook_model import Input, Runbook, Site


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

    def scope(self) -> dict[str, Any]:
        """The names and values that expressions can use when the run starts."""
        return dict(self.inputs)


def make_plan(
    runbook: Runbook,
    values: Mapping[str, Any],
    sources: Mapping[str, str],
    rehearsal: bool,
    mode: str = "run",
    ask: Terminal | None = None,
) -> Plan:
    """Resolve inputs, sites and secrets. Raises UserError with everything that is missing or invalid.

    ``values`` are inputs by name, ``sources`` are secret sources by name (`env:NAME`, `file:PATH`, …).
    """
    diagnostics: list[Diagnostic] = []
    inputs = _inputs(runbook, values, rehearsal, diagnostics)
    for name in sources:
        if name not in runbook.secrets:
            diagnostics.append(Diagnostic(f"The runbook has no secret `{name}`.", did_you_mean(name, runbook.secrets)))
    if diagnostics:
        raise UserError(diagnostics)
    sites = Sites(_site(runbook, name, site, inputs) for name, site in runbook.sites.items())
    diagnostics += _sections(runbook, inputs)
    secrets = {}
    for name, secret in runbook.secrets.items():
        source = sources.get(name) or secret.source
        if source is not None:
            try:
                secrets[name] = resolve_source(name, source, ask)
            except UserError as error:
                diagnostics += error.diagnostics
    if diagnostics:
        raise UserError(diagnostics)
    return Plan(runbook, inputs, sites, secrets, rehearsal, mode)


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
            remedy = f"Pass -i {name}={_to_type(declared.example)}"
            diagnostics.append(Diagnostic(f"The input `{name}` has no value. ({declared.description})", remedy))
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


def _to_type(example: str | list[str] | None) -> str:
    """An example, quoted for a command line."""
    return shlex.quote(",".join(example) if isinstance(example, list) else example) if example else "…"


def _site(runbook: Runbook, name: str, site: Site, inputs: Mapping[str, Any]) -> ResolvedSite:
    url = _evaluated(runbook.path, site.url, inputs).rstrip("/")
    home = _origin(runbook.path, name, url, site.url)
    also = tuple(
        _origin(runbook.path, name, _evaluated(runbook.path, text, inputs).rstrip("/"), text) for text in site.also
    )
    options = {key: _evaluated(runbook.path, text, inputs) for key, text in (site.simulator or {}).items()}
    kind = options.pop("kind", None)
    return ResolvedSite(
        name, str(home), home, also, site.signed_out_when, site.signed_in_as, tuple(site.redact), (kind, options)
    )


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
