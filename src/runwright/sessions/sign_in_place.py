"""Which site a person signs in at: one that a runbook declares, by name or address, or an address of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from runwright.engine.run.plan import Plan, fit, resolved_site
from runwright.engine.run.sign_in_window import SignInPlace
from runwright.engine.secrets.sources import SecretValues, resolve_sources
from runwright.engine.site_origins import ResolvedSite, Sites
from runwright.language.conditions import parse_condition
from runwright.language.diagnostics import Diagnostic, UserError, did_you_mean
from runwright.language.expressions import ExpressionError, Template
from runwright.language.origins import bare_origin, origin
from runwright.language.runbook_model import Runbook, Site, Window
from runwright.language.target_reader import parse_target
from runwright.language.targets import TargetError


@dataclass(frozen=True)
class SiteRules:
    """What a call says of a site, as the keys of a runbook's site do. It comes before what the runbook says."""

    also: Sequence[str] = ()
    signed_in_as: str | None = None
    signed_out_when: str | None = None


def place_in_runbook(runbook: Runbook, named: str, values: Mapping[str, Any], rules: SiteRules) -> SignInPlace:
    """Where to sign in at a site of a runbook: ``named`` is its name or an address on it, a path may follow.

    Raises UserError for an unknown site, for inputs that its address needs, and where nothing shows who is signed in.
    """
    inputs = _inputs(runbook, values)
    name, path = _site_name(runbook, named, inputs)
    site = _with_rules(resolved_site(runbook, name, runbook.sites[name], inputs), rules)
    return _place(site, path or _first_page(runbook, name, inputs), runbook, inputs)


def place_of_address(address: str, rules: SiteRules) -> SignInPlace:
    """Where to sign in at an address that no runbook declares. Raises UserError."""
    there = origin(address)
    if there is None:
        raise UserError(Diagnostic(f"`{address}` is not an address.", "Write scheme and host: https://HOST."))
    path = address.partition("//")[2].partition("/")[2]
    site = ResolvedSite("site", str(there), there, (), None, None, (), (None, {}))
    text = f"name: Sign in\nsites: {{ site: {{ url: {there} }} }}\n"
    model = {"site": Site(url=Template((str(there),)))}
    runbook = Runbook(Path("sign-in"), text, "Sign in", None, {}, model, {}, {}, (), (), Window())
    return _place(_with_rules(site, rules), f"/{path}", runbook, {})


def origin_site(address: str, rules: SiteRules) -> ResolvedSite:
    """The site of an address, with the conditions of a session that is kept for it. Raises UserError."""
    there = origin(address)
    assert there is not None, "a session is kept for it"
    return _with_rules(ResolvedSite("site", str(there), there, (), None, None, (), (None, {})), rules)


def _place(site: ResolvedSite, path: str, runbook: Runbook, inputs: dict[str, Any]) -> SignInPlace:
    if site.signed_in_as is None and site.signed_out_when is None:
        message = f"Nothing says when a sign-in at {site.url} is complete."
        remedy = (
            "Write `signed_in_as: TARGET` (what shows who is signed in) at the site in the runbook, or pass it: "
            "--signed-in-as 'button \"Account\"'."
        )
        raise UserError(Diagnostic(message, remedy))
    secrets = _certificates(site, runbook)
    if site.client_certificate not in secrets:
        site = replace(site, client_certificate=None)
    plan = Plan(runbook, inputs, Sites([replace(site, own_requests=False)]), secrets, False, "run")
    return SignInPlace(plan, site, site.url + path, inputs)


def _certificates(site: ResolvedSite, runbook: Runbook) -> SecretValues:
    """The certificate by which the run identifies itself at the site, if the runbook says where it comes from.

    Raises UserError if it cannot be read.
    """
    name = site.client_certificate
    source = runbook.secrets[name].source if name is not None else None
    values, problems = resolve_sources({name: source} if name is not None and source is not None else {}, None)
    if problems:
        raise UserError(tuple(problems.values()))
    return values


def _with_rules(site: ResolvedSite, rules: SiteRules) -> ResolvedSite:
    """A site with what the call says of it. Raises UserError."""
    also = []
    for each in rules.also:
        one = bare_origin(each)
        if one is None:
            raise UserError(Diagnostic(f"Invalid origin `{each}`.", "Write scheme and host: https://HOST."))
        also.append(one)
    try:
        shown = parse_target(rules.signed_in_as) if rules.signed_in_as else site.signed_in_as
        out = parse_condition(rules.signed_out_when) if rules.signed_out_when else site.signed_out_when
    except TargetError as error:
        raise UserError(Diagnostic(str(error), error.remedy)) from None
    return replace(site, also=(*site.also, *also), signed_in_as=shown, signed_out_when=out)


def _inputs(runbook: Runbook, values: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that are known: those that are passed, and defaults."""
    for name in values:
        if name not in runbook.inputs:
            raise UserError(Diagnostic(f"The runbook has no input `{name}`.", did_you_mean(name, runbook.inputs)))
    given = {name: values.get(name, each.default) for name, each in runbook.inputs.items()}
    return {name: fit(name, runbook.inputs[name], each) for name, each in given.items() if each is not None}


def _site_name(runbook: Runbook, named: str, inputs: Mapping[str, Any]) -> tuple[str, str]:
    """The name of the site that a call means, and the path that it names; an empty one without."""
    if "://" not in named:
        name, _, path = named.partition(" ")
        if name not in runbook.sites:
            message = f"The runbook {runbook.slug} has no site `{name}`."
            raise UserError(Diagnostic(message, did_you_mean(name, runbook.sites)))
        return name, path.strip()
    known = []
    for name, declared in runbook.sites.items():
        try:
            address = declared.url.text(inputs).rstrip("/")
        except ExpressionError:
            known.append(f"{name} ({declared.url})")
            continue
        if origin(address) == origin(named):
            return name, named.removeprefix(address).rstrip("/")
        known.append(f"{name} ({address})")
    message = f"{named} is on none of the sites of the runbook {runbook.slug}."
    raise UserError(Diagnostic(message, f"Its sites: {', '.join(known)}."))


def _first_page(runbook: Runbook, site: str, inputs: Mapping[str, Any]) -> str:
    """The path of the first page that the runbook opens at a site, if the inputs say which; else its root."""
    for section in runbook.sections:
        if section.fields.open.site == site:
            try:
                return section.fields.open.path.text(inputs)
            except ExpressionError:
                continue  # another section may open a page without inputs
    return "/"
