"""Whether what a runbook declares at its top can be so: values of inputs, addresses of sites, sources of secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from runwright.language.diagnostics import Mark, did_you_mean
from runwright.language.expressions import Template
from runwright.language.fields import NOT_EMPTY
from runwright.language.input_values import fit
from runwright.language.origins import bare_origin
from runwright.language.runbook_model import Input, Runbook, Site

Told = tuple[Mark | None, str, str]
"""Where a fault stands, what it is, what helps."""
_ORIGIN = "Write scheme and host: https://api.slack.com; paths stand in `open:`."
_SOURCE = re.compile(r"(?:env|file|command):\s*\S.*|prompt", re.DOTALL)


def wrong(runbook: Runbook) -> Iterator[Told]:
    """Everything that is wrong with what is declared, taken by itself."""
    for name, given in runbook.inputs.items():
        yield from _empty(given, given.mark, f"the input `{name}`")
        yield from _input(name, given)
    for name, site in runbook.sites.items():
        yield from _empty(site, site.mark, f"the site `{name}`")
        yield from _addresses(name, site)
    for name, secret in runbook.secrets.items():
        yield from _empty(secret, secret.mark, f"the secret `{name}`")
        if secret.source is not None and not _SOURCE.fullmatch(secret.source):
            remedy = "Say where it comes from: env:NAME, file:PATH, command:…, prompt."
            kind = secret.source.partition(":")[0]
            if kind in ("env", "file", "command", "prompt"):
                yield secret.mark, f"`from: {kind}` of the secret `{name}` is not whole.", remedy
            else:
                yield secret.mark, "A secret's value never stands in a runbook.", remedy
    for section in runbook.sections:
        yield from _empty(section.head, section.mark, f"section {section.number}")


def is_empty(info: FieldInfo, value: object) -> bool:
    """Whether nothing stands in a field that wants something."""
    if isinstance(value, Template):
        return not str(value).strip()
    if value is None or NOT_EMPTY not in info.metadata:
        return False
    texts = value if isinstance(value, list) else [value]
    return not texts or any(isinstance(text, str) and not text.strip() for text in texts)


def _empty(part: BaseModel, mark: Mark, where: str) -> Iterator[Told]:
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        values = value.values() if isinstance(value, Mapping) else [value]
        if any(is_empty(info, each) for each in values):
            yield mark, f"`{info.alias or name}` of {where} is empty.", "Write something there, or take the line out."


def _input(name: str, given: Input) -> Iterator[Told]:
    """Values that a run would not take."""
    if given.max_length is not None and given.max_length < 1:
        message = f"`max_length` of `{name}` is {given.max_length}: no text is that short."
        yield given.mark, message, "Write how many characters are allowed at most."
        return
    alone = given.model_copy(update={"choices": None})
    for choice in given.choices or ():
        yield from _does_not_fit(alone, choice, given.mark, f"The choice `{choice}` of `{name}`")
    for label, value in (("default", given.default), ("example", given.example)):
        if value is None:
            continue
        texts = value if isinstance(value, list) else [value]
        if isinstance(value, list) and given.type != "list":
            yield given.mark, f"The {label} of `{name}` is a list.", "Add `type: list`."
        elif given.choices and not all(text in given.choices for text in texts):
            yield (
                given.mark,
                f"The {label} `{value}` of `{name}` is none of its choices.",
                did_you_mean(str(value), given.choices),
            )
        elif given.match is not None and not all(given.match.fullmatch(str(text)) for text in texts):
            message = f"The {label} `{value}` of `{name}` does not fit its `match`."
            yield given.mark, message, "Correct the one that is wrong."
        else:
            yield from _does_not_fit(given, value, given.mark, f"The {label} of `{name}` does not fit")


def _does_not_fit(given: Input, value: object, mark: Mark, what: str) -> Iterator[Told]:
    try:
        fit(given, value)
    except ValueError as error:
        yield mark, f"{what}: {error}", "Correct it, or what is said of it."


def _addresses(name: str, site: Site) -> Iterator[Told]:
    """Addresses that are no origins."""
    if site.url.fixed:
        there = bare_origin(str(site.url))
        if there is None or "*" in there.host:
            yield site.url.mark, f"`{site.url}` is no origin.", _ORIGIN
    for each in site.also:
        if each.fixed and bare_origin(str(each)) is None:
            message = f"`{each}`, which `also` of `{name}` names, is no origin."
            yield each.mark or site.mark, message, "Write scheme and host: https://slack.com, https://*.slack.com."
