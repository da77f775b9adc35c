"""The skeleton of a runbook, made from a guide: sections, ties, labels as targets; comments where a person decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from runwright.guide.parse import lexicon
from runwright.guide.parse.guide_model import Guide, Heading, Item, Label
from runwright.guide.parse.instruction import Doing, doings
from runwright.language.diagnostics import Fault, UserError
from runwright.language.origins import origin
from runwright.language.targets import quote
from runwright.language.yaml_hints import quoted
from runwright.language.yaml_tree import MOST_BYTES

_PLACE = re.compile(r"(?<!\]\()https?://[^\s<>()\"'`“”「」|]+[^\s<>()\"'`“”「」|.,;:!?*]")
"""An address in a guide's own lines, links with words of their own left out."""
_UNSURE = "a person decides: "


def draft(guide: Guide) -> str:
    """A runbook's text that validates; what the guide does not tell stands in comments."""
    name = guide.path.name.split(".")[0]
    of = _items_of(guide)
    addresses = _addresses(guide, of)
    sites = _sites(guide, addresses)
    out = [
        f"# Drafted from {_printable(guide.path.name)}. Go through it line by line:",
        "# a guide does not tell all that a page wants.",
        f"title: {quoted(_printable(guide.title) or 'Untitled')}",
        f"guide: {quoted(_printable(name) or 'guide')}",
        "",
        "sites:",
    ]
    out += [f"  {site}: {{ url: {quoted(url)} }}" for url, site in sites.items()]
    out += ["", "sections:"]
    titles = _titles(guide)
    size = 0
    for heading in guide.headings:
        items = of.get(heading.number)
        if not items:
            continue
        for line in _section(titles[heading.number], heading, items, sites, addresses.get(heading.number)):
            out.append(line)
            size += len(line.encode("utf-8", "replace")) + 1
            if size > MOST_BYTES - 10_000:
                message = f"The runbook of this guide would be larger than the {MOST_BYTES:,} bytes that one may have."
                raise UserError(Fault(message, "Give the guide in parts, each a file of its own.", path=guide.path))
    if out[-1] == "sections:":
        out += _empty(next(iter(sites.values())))
    return "\n".join(out) + "\n"


def _items_of(guide: Guide) -> dict[int, list[Item]]:
    of: dict[int, list[Item]] = {}
    for item in guide.items:
        of.setdefault(item.number[0], []).append(item)
    return of


def _addresses(guide: Guide, of: dict[int, list[Item]]) -> dict[int, str]:
    """The first address that each heading sends its reader to: that of an item, else one in its text."""
    found: dict[int, str] = {}
    ends = [*(heading.line for heading in guide.headings[1:]), len(guide.lines) + 1]
    for heading, end in zip(guide.headings, ends, strict=True):
        links = (link.address for item in of.get(heading.number, ()) for link in item.links)
        written = (hit[0] for line in guide.lines[heading.line - 1 : end - 1] for hit in _PLACE.finditer(line))
        address = next((each for each in (*links, *written) if _origin(each)), None)
        if address is not None:
            found[heading.number] = address
    return found


def _sites(guide: Guide, addresses: dict[int, str]) -> dict[str, str]:
    """Origins that the guide sends its reader to, with a name for each."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for address in (*(link.address for item in guide.items for link in item.links), *addresses.values()):
        url = _origin(address)
        if url is not None and url not in found:
            labels = (urlsplit(url).hostname or "site").split(".")
            base = re.sub(r"[^A-Za-z0-9_]", "_", labels[-2] if len(labels) > 1 else labels[0])
            base = base if base[:1].isalpha() else f"site_{base}"
            found[url] = base if base not in taken else f"{base}_{len(taken) + 1}"
            taken.add(found[url])
    return found or {"https://site.example": "site"}


def _origin(address: str) -> str | None:
    there = origin(address)
    return str(there) if there is not None and re.fullmatch(r"[A-Za-z0-9.-]+", there.host) else None


def _titles(guide: Guide) -> dict[int, str]:
    """A title of its own for each heading, by its number."""
    wanted = {heading.number: _printable(heading.text or guide.title) or "Section" for heading in guide.headings}
    often = Counter(wanted.values())
    taken = set(wanted.values())
    found = {}
    for heading in guide.headings:
        title = wanted[heading.number]
        if often[title] > 1 or not heading.text:
            title = f"{title} ({heading.number})"
            while title in taken:
                title += "'"
            taken.add(title)
        found[heading.number] = title
    return found


def _path(address: str) -> str:
    """The path of an address, with its query, and with its fragment where that is a path too."""
    parts = urlsplit(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    path += f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    safe = re.sub(r"[^\w/.~%!&'()*+,;=:@?#-]", "", path)
    return safe if safe.startswith("/") else f"/{safe}"


def _section(
    title: str, heading: Heading, items: list[Item], sites: dict[str, str], address: str | None
) -> Iterator[str]:
    site, path = next(iter(sites.values())), "/"
    if address is not None:
        site, path = sites[str(_origin(address))], _path(address)
    yield f"  - title: {quoted(title)}"
    yield f"    follows: {heading.number}" if heading.number else f"    # {_UNSURE}which heading it follows"
    yield f"    open: {site} {path}"
    if address is None:
        yield f"    # {_UNSURE}where the section begins"
    yield f"    # {_UNSURE}`ready`, and `done_when` as soon as a step commits"
    steps = [line for item in items for line in _item(item)]
    if any(not line.lstrip().startswith("#") for line in steps):
        yield "    steps:"
        yield from steps
    else:
        yield from steps
        yield "    steps:"
        yield f"      - expect: {_target('heading', title)}   # {_UNSURE}what is done here"
    yield ""


def _item(item: Item) -> Iterator[str]:
    yield f"      # {item.address}: {_comment(item.text)}"
    if item.optional:
        yield f"      # {_UNSURE}the item is optional: `when: ${{…}}`"
    if item.branch:
        yield f"      # {_UNSURE}the item is one of several ways: `when: ${{…}}` on a section of its own"
    labels = [label for label in item.labels if not lexicon.remark(label.text)]
    names = [label for label in labels if label.kind != "quoted"] or labels
    for label, doing in zip(labels, doings(labels), strict=True):
        if label in names:
            yield from _step(item, label, doing)
    if not labels:
        yield f"      # {_UNSURE}the item names no control"


def _step(item: Item, label: Label, doing: Doing | None) -> Iterator[str]:
    tie = f"        follows: {item.address}"
    if label.kind == "kbd":
        yield f"      # {_UNSURE}where the key {_comment(label.text)} is pressed, alone or with others"
    elif doing is None:
        yield f"      # {_UNSURE}what “{_comment(label.text)}” is, and what is done with it"
    elif doing.verb == "fill":
        values = [each.text for each in item.values if each.text in doing.clause]
        yield f"      - fill: {_target('textbox', label.text)}   # {_UNSURE}a field, or a list to choose from"
        value = quoted(_literal(values[0])) if len(values) == 1 else f"TODO   # {_UNSURE}which value"
        yield from (f"        with: {value}", tie)
    elif doing.verb == "click":
        what = "whether it commits" if doing.role else "a button, or what else; whether it commits"
        yield from (f"      - click: {_target(doing.role or 'button', label.text)}   # {_UNSURE}{what}", tie)
    else:
        end = "" if doing.role else f"   # {_UNSURE}a switch, or a checkbox"
        yield f"      - set: {_target(doing.role or 'switch', label.text)}{end}"
        yield from (f"        to: {doing.verb.removeprefix('set ')}", tie)


def _target(role: str, text: str) -> str:
    """A control as a scalar: plain, unless YAML would read a comment or a key in it."""
    target = f"{role} {quote(_literal(text))}"
    return quoted(target) if " #" in target or ": " in target else target


def _literal(text: str) -> str:
    """Text in which nothing is an expression, and every sign is one that YAML takes."""
    return _printable(text).replace("${", "$ {")


def _printable(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _comment(text: str, most: int = 90) -> str:
    plain = _printable(text)
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def _empty(site: str) -> list[str]:
    return [
        f"  # {_UNSURE}the guide has no items that could be read",
        "  - title: To be written",
        f"    open: {site} /",
        "    steps:",
        '      - expect: heading "TODO"',
    ]
