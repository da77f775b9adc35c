"""Generates a runbook skeleton from a guide: sections, references, and labels as targets.

Comments with TODO mark what the guide does not determine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from runwright.guide.parse import lexicon
from runwright.guide.parse.guide_model import Guide, Heading, Item, Label
from runwright.guide.parse.instruction import Instruction, instructions
from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.origins import origin
from runwright.language.pasted_lines import literal, named_line
from runwright.language.yaml_hints import quoted
from runwright.language.yaml_tree import MOST_BYTES

_URL = re.compile(r"(?<!\]\()https?://[^\s<>()\"'`“”「」|]+[^\s<>()\"'`“”「」|.,;:!?*]")
"""A URL in the text of a guide, excluding the targets of Markdown links."""
_TODO = "TODO: "


def draft(guide: Guide) -> str:
    """Return the text of a valid runbook for a guide. Raises UserError if it would be too large."""
    slug = guide.path.name.split(".")[0]
    items_by_heading = _items_by_heading(guide)
    addresses = _addresses(guide, items_by_heading)
    sites = _sites(guide, addresses)
    out = [
        f"# Drafted from {_printable(guide.path.name)}. Review every line:",
        "# a guide does not describe everything that a page requires.",
        f"name: {quoted(_printable(guide.title) or 'Untitled')}",
        f"guide: {quoted(_printable(slug) or 'guide')}",
        "",
        "sites:",
    ]
    out += [f"  {site}: {{ url: {quoted(url)} }}" for url, site in sites.items()]
    out += ["", "sections:"]
    names = _section_names(guide)
    size = 0
    for heading in guide.headings:
        items = items_by_heading.get(heading.number)
        if not items:
            continue
        for line in _section(names[heading.number], heading, items, sites, addresses.get(heading.number)):
            out.append(line)
            size += len(line.encode("utf-8", "replace")) + 1
            if size > MOST_BYTES - 10_000:
                message = f"The runbook of this guide would exceed the limit of {MOST_BYTES:,} bytes."
                raise UserError(Diagnostic(message, "Split the guide into several files.", path=guide.path))
    if out[-1] == "sections:":
        out += _empty(next(iter(sites.values())))
    return "\n".join(out) + "\n"


def _items_by_heading(guide: Guide) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = {}
    for item in guide.items:
        found.setdefault(item.number[0], []).append(item)
    return found


def _addresses(guide: Guide, items_by_heading: dict[int, list[Item]]) -> dict[int, str]:
    """The first URL below each heading: from an item, else from the text."""
    found: dict[int, str] = {}
    ends = [*(heading.line for heading in guide.headings[1:]), len(guide.lines) + 1]
    for heading, end in zip(guide.headings, ends, strict=True):
        links = (link.address for item in items_by_heading.get(heading.number, ()) for link in item.links)
        written = (match[0] for line in guide.lines[heading.line - 1 : end - 1] for match in _URL.finditer(line))
        address = next((each for each in (*links, *written) if _origin(each)), None)
        if address is not None:
            found[heading.number] = address
    return found


def _sites(guide: Guide, addresses: dict[int, str]) -> dict[str, str]:
    """The origins of the guide's URLs, with a site name for each."""
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
    found = origin(address)
    return str(found) if found is not None and re.fullmatch(r"[A-Za-z0-9.-]+", found.host) else None


def _section_names(guide: Guide) -> dict[int, str]:
    """A unique section name for each heading, by heading number."""
    candidates = {heading.number: _printable(heading.text or guide.title) or "Section" for heading in guide.headings}
    occurrences = Counter(candidates.values())
    taken = set(candidates.values())
    found = {}
    for heading in guide.headings:
        name = candidates[heading.number]
        if occurrences[name] > 1 or not heading.text:
            name = f"{name} ({heading.number})"
            while name in taken:
                name += "'"
            taken.add(name)
        found[heading.number] = name
    return found


def _path(address: str) -> str:
    """The path of a URL with its query, and with its fragment if the fragment is a path too."""
    parts = urlsplit(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    path += f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    safe = re.sub(r"[^\w/.~%!&'()*+,;=:@?#-]", "", path)
    return safe if safe.startswith("/") else f"/{safe}"


def _section(
    name: str, heading: Heading, items: list[Item], sites: dict[str, str], address: str | None
) -> Iterator[str]:
    site, path = next(iter(sites.values())), "/"
    if address is not None:
        site, path = sites[str(_origin(address))], _path(address)
    yield f"  - name: {quoted(name)}"
    yield f"    follows: {heading.number}" if heading.number else f"    # {_TODO}which heading the section follows"
    yield f"    open: {site} {path}"
    if address is None:
        yield f"    # {_TODO}which page the section opens"
    yield f"    # {_TODO}`ready`; `done_when`, if a step makes a change"
    steps = [line for item in items for line in _item(item)]
    if any(not line.lstrip().startswith("#") for line in steps):
        yield "    steps:"
        yield from steps
    else:
        yield from steps
        yield "    steps:"
        yield f"      - expect: {_target('heading', name)}   # {_TODO}what the section does"
    yield ""


def _item(item: Item) -> Iterator[str]:
    yield f"      # {item.address}: {_comment(item.text)}"
    if item.optional:
        yield f"      # {_TODO}the item is optional: `when: ${{…}}`"
    if item.branch:
        yield f"      # {_TODO}the item is one of several alternatives: a separate section with `when: ${{…}}`"
    labels = [label for label in item.labels if not lexicon.remark(label.text)]
    names = [label for label in labels if label.kind != "quoted"] or labels
    for label, instruction in zip(labels, instructions(labels), strict=True):
        if label in names:
            yield from _step(item, label, instruction)
    if not labels:
        yield f"      # {_TODO}the item does not name a control"


def _step(item: Item, label: Label, instruction: Instruction | None) -> Iterator[str]:
    reference = f"        follows: {item.address}"
    if label.kind == "kbd":
        yield f"      # {_TODO}where to press the key {_comment(label.text)}, alone or in a combination"
    elif instruction is None:
        yield f"      # {_TODO}what “{_comment(label.text)}” is, and what to do with it"
    elif instruction.verb == "fill":
        values = [each.text for each in item.values if each.text in instruction.clause]
        yield f"      - fill: {_target('textbox', label.text)}   # {_TODO}a text field or a list"
        value = quoted(_literal(values[0])) if len(values) == 1 else f"TODO   # {_TODO}which value"
        yield from (f"        with: {value}", reference)
    elif instruction.verb == "click":
        what = "`changes: true`?" if instruction.role else "the role; `changes: true`?"
        yield from (f"      - click: {_target(instruction.role or 'button', label.text)}   # {_TODO}{what}", reference)
    else:
        end = "" if instruction.role else f"   # {_TODO}a switch or a checkbox"
        yield f"      - set: {_target(instruction.role or 'switch', label.text)}{end}"
        yield from (f"        to: {instruction.verb.removeprefix('set ')}", reference)


def _target(role: str, text: str) -> str:
    """A target as a YAML scalar."""
    return named_line(role, _printable(text))


def _literal(text: str) -> str:
    """The text without expressions and without characters that YAML does not allow."""
    return literal(_printable(text))


def _printable(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _comment(text: str, most: int = 90) -> str:
    plain = _printable(text)
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def _empty(site: str) -> list[str]:
    return [
        f"  # {_TODO}no items found in the guide",
        "  - name: TODO",
        f"    open: {site} /",
        "    steps:",
        '      - expect: heading "TODO"',
    ]
