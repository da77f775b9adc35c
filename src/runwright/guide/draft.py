"""The skeleton of a runbook, made from a guide: sections, ties, labels as targets; comments where a person decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from runwright.guide import words
from runwright.guide.model import Guide, Heading, Item, Label
from runwright.language.slips import quoted
from runwright.language.targets import quote

_FIELD = re.compile(r"\bfield\b|\benter\b|\btype\b|\bfill\b|\bbox\b|입력|적[으습]|필드|入力|欄", re.IGNORECASE)
_SWITCH = re.compile(r"\btoggle\b|\bturn (on|off)\b|\benable\b|\bswitch\b|토글|켜|활성화|オン|切り替え", re.IGNORECASE)
_WAY = re.compile(
    r"\bsidebar\b|\bmenu\b|\btab\b|\blink\b|\bgo to\b|\bnavigate\b|사이드바|메뉴|이동|メニュー|移動", re.IGNORECASE
)
_UNSURE = "a person decides: "


def draft(guide: Guide) -> str:
    """A runbook's text that validates; what the guide does not tell stands in comments."""
    name = guide.path.name.split(".")[0]
    sites = _sites(guide)
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
    for heading in guide.headings:
        items = [item for item in guide.items if item.number[0] == heading.number]
        if items:
            out += _section(titles[heading.number], heading, items, sites)
    if out[-1] == "sections:":
        out += _empty(next(iter(sites.values())))
    return "\n".join(out) + "\n"


def _sites(guide: Guide) -> dict[str, str]:
    """Origins that the guide sends its reader to, with a name for each."""
    found: dict[str, str] = {}
    for item in guide.items:
        for link in item.links:
            url = _origin(link.address)
            if url is not None and url not in found:
                labels = (urlsplit(url).hostname or "site").split(".")
                base = re.sub(r"[^A-Za-z0-9_]", "_", labels[-2] if len(labels) > 1 else labels[0])
                base = base if base[:1].isalpha() else f"site_{base}"
                taken = list(found.values())
                found[url] = base if base not in taken else f"{base}_{len(taken) + 1}"
    return found or {"https://site.example": "site"}


def _origin(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or not re.fullmatch(r"[A-Za-z0-9.-]+", host):
        return None
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


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


def _section(title: str, heading: Heading, items: list[Item], sites: dict[str, str]) -> Iterator[str]:
    link = next((link for item in items for link in item.links if _origin(link.address)), None)
    site, path = next(iter(sites.values())), "/"
    if link is not None:
        site = sites[str(_origin(link.address))]
        path = urlsplit(link.address).path or "/"
    yield f"  - title: {quoted(title)}"
    yield f"    follows: {heading.number}" if heading.number else f"    # {_UNSURE}which heading it follows"
    safe = re.sub(r"[^\w/.~-]", "", path)
    yield f"    open: {site} {safe if safe.startswith('/') else '/'}"
    if link is None:
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
    bold = [label for label in item.labels if label.kind != "quoted" and not words.remark(label.text)]
    labels = bold or [label for label in item.labels if not words.remark(label.text)]
    for label in labels:
        yield from _step(item, label)
    if not labels:
        yield f"      # {_UNSURE}the item names no control"


def _step(item: Item, label: Label) -> Iterator[str]:
    around = f"{label.before[-40:]} {label.after[:40]}"
    tie = f"        follows: {item.address}"
    value = item.values[0].text if len(item.values) == 1 and _FIELD.search(around) else None
    if _SWITCH.search(label.after[:40]) or _SWITCH.search(label.before[-20:]):
        yield from (f"      - set: {_target('switch', label.text)}", "        to: on", tie)
    elif _FIELD.search(label.after[:40]) or value is not None:
        yield f"      - fill: {_target('textbox', label.text)}"
        yield f"        with: {quoted(_literal(value))}" if value else f"        with: TODO   # {_UNSURE}which value"
        yield tie
    elif _WAY.search(around):
        yield from (f"      - click: {_target('link', label.text)}   # {_UNSURE}a link, or a button", tie)
    else:
        yield from (
            f"      - click: {_target('button', label.text)}   # {_UNSURE}a button, or what else; whether it commits",
            tie,
        )


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
