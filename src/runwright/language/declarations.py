"""Checks the declarations of a runbook: values of inputs, origins of sites, sources of secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from runwright.language.diagnostics import Mark, did_you_mean
from runwright.language.expressions import Template
from runwright.language.fields import NOT_EMPTY
from runwright.language.input_values import fit
from runwright.language.origins import bare_origin
from runwright.language.runbook_model import Input, Runbook, Site
from runwright.language.secret_places import SINKS, SOURCE_KINDS, SOURCES, is_sink, is_source

DeclarationError = tuple[Mark | None, str, str]
"""Place, message and remedy."""
_ORIGIN = "Write scheme and host, such as https://api.slack.com. Paths belong in `open:`."


def errors(runbook: Runbook) -> Iterator[DeclarationError]:
    """All errors of the declarations that are independent of the rest of the runbook."""
    for name, declared in runbook.inputs.items():
        yield from _empty(declared, declared.mark, f"the input `{name}`")
        yield from _input(name, declared)
    for name, site in runbook.sites.items():
        yield from _empty(site, site.mark, f"the site `{name}`")
        yield from _addresses(name, site)
        yield from _secured(name, site)
    for name, secret in runbook.secrets.items():
        yield from _empty(secret, secret.mark, f"the secret `{name}`")
        if secret.keep is not None and not is_sink(secret.keep):
            yield secret.mark, f"Invalid `keep` for the secret `{name}`.", f"Write where it is handed to: {SINKS}."
        if secret.source is not None and not is_source(secret.source):
            remedy = f"Write its source: {SOURCES}."
            kind = secret.source.partition(":")[0]
            if kind in runbook.secret_sources:
                continue
            if kind in SOURCE_KINDS:
                yield secret.mark, f"Invalid `from: {kind}` for the secret `{name}`.", remedy
            else:
                yield secret.mark, "A runbook cannot contain the value of a secret.", remedy
    for section in runbook.sections:
        yield from _empty(section.fields, section.mark, f"section {section.number}")


def is_empty(info: FieldInfo, value: object) -> bool:
    """Whether a field that requires a value is empty."""
    if isinstance(value, Template):
        return not str(value).strip()
    if value is None or NOT_EMPTY not in info.metadata:
        return False
    texts = value if isinstance(value, list) else [value]
    return not texts or any(isinstance(text, str) and not text.strip() for text in texts)


def _empty(part: BaseModel, mark: Mark, where: str) -> Iterator[DeclarationError]:
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        values = value.values() if isinstance(value, Mapping) else [value]
        if any(is_empty(info, each) for each in values):
            yield mark, f"`{info.alias or name}` of {where} is empty.", "Write a value, or remove the line."


def _input(name: str, declared: Input) -> Iterator[DeclarationError]:
    """Declared values of an input that a run would reject."""
    if declared.max_length is not None and declared.max_length < 1:
        message = f"`max_length` of `{name}` is {declared.max_length}; it must be at least 1."
        yield declared.mark, message, "Write the maximum number of characters."
        return
    alone = declared.model_copy(update={"choices": None})
    for choice in declared.choices or ():
        yield from _does_not_fit(alone, choice, declared.mark, f"Invalid choice `{choice}` for `{name}`")
    for label, value in (("default", declared.default), ("example", declared.example)):
        if value is None:
            continue
        texts = value if isinstance(value, list) else [value]
        if isinstance(value, list) and declared.type != "list":
            yield declared.mark, f"The {label} of `{name}` is a list.", "Add `type: list`."
        elif declared.choices and not all(text in declared.choices for text in texts):
            yield (
                declared.mark,
                f"The {label} `{value}` of `{name}` is not one of its choices.",
                did_you_mean(str(value), declared.choices),
            )
        elif declared.match is not None and not all(declared.match.fullmatch(str(text)) for text in texts):
            message = f"The {label} `{value}` of `{name}` does not match the pattern in `match`."
            yield declared.mark, message, "Correct one of the two."
        else:
            yield from _does_not_fit(declared, value, declared.mark, f"Invalid {label} for `{name}`")


def _does_not_fit(declared: Input, value: object, mark: Mark, what: str) -> Iterator[DeclarationError]:
    try:
        fit(declared, value)
    except ValueError as error:
        yield mark, f"{what}: {error}", "Correct the value or the declaration."


def _secured(name: str, site: Site) -> Iterator[DeclarationError]:
    """Keys of a site that need an address with https."""
    for key, value in (("trust", site.trust), ("client_certificate", site.client_certificate)):
        if value is not None and site.url.fixed and not str(site.url).startswith("https:"):
            yield site.mark, f"`{key}` of `{name}` needs an address with https.", "Correct `url`, or remove it."


def _addresses(name: str, site: Site) -> Iterator[DeclarationError]:
    """Addresses of a site that are not origins."""
    if site.url.fixed:
        there = bare_origin(str(site.url))
        if there is None or "*" in there.host:
            yield site.url.mark, f"Invalid origin `{site.url}`.", _ORIGIN
    for each in site.also:
        if each.fixed and bare_origin(str(each)) is None:
            message = f"Invalid origin `{each}` in `also` of `{name}`."
            yield each.mark or site.mark, message, "Write scheme and host: https://slack.com, https://*.slack.com."
