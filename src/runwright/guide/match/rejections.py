"""What pages refuse: the messages that probe sections of a runbook brought up, held against what an item tells."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from runwright.guide.match import messages, name_match
from runwright.guide.match.findings import Finding
from runwright.guide.match.observations import Act, Seen
from runwright.guide.match.reader_actions import literals
from runwright.guide.parse.guide_model import Guide, Item, Label, Link, Value
from runwright.language.targets import TargetError, parse_target

Shown = Label | Value | Link

_ADDRESS = re.compile(r"(?<![\w/])https?://[^\s`<>\"'”’,;)\]]+", re.IGNORECASE)
_STRONG = re.compile(r"(?<![A-Za-z0-9])(?:https|[A-Za-z]*[0-9]+)(?![A-Za-z0-9])", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{5,}")
_OTHERWISE: dict[str, tuple[str, ...]] = {
    "10": ("ten", "열", "十"),
    "ipv6": ("ipv4",),
    "local": (
        "private",
        "public",
        "로컬",
        "사설",
        "공인",
        "ローカル",
        "プライベート",
        "グローバル",
        "本地",
        "私有",
        "公网",
    ),
}
"""Other words with which a guide says the same."""


def rules(guide: Guide, items: Mapping[str, Item | None], run: Seen) -> Iterable[Finding]:
    """A finding for each refusal that a probe brought up, where an item shows what is refused or leaves it open."""
    for number in sorted(run.probes):
        title, follows, _ = run.sections.get(number, ("", (), 0))
        entered: list[str] = []
        for act in (each for each in run.acts if each.section == number and each.part == "steps"):
            entered += literals(act) if not act.looks else []
            message = _message(act)
            item = next(filter(None, (items.get(tie) for tie in (*act.follows, *follows))), None)
            if message and item is not None:
                finding = _held(guide.below(item.number), title, entered, message)
                if finding is not None:
                    yield replace(finding, run=run.run, step=act.number, picture=act.picture)
                entered = []
            if not act.done:
                break


def _held(items: Sequence[Item], title: str, entered: Sequence[str], message: str) -> Finding | None:
    """The item, or one below it, that shows what was refused; else the item, where nothing in it says what is asked."""
    for item in items:
        shown = _refused(item, entered[-1:])
        if shown is not None:
            return messages.rule(item, title, message, entered[-1], shown)
    if _says(items, message):
        return None
    return messages.rule(items[0], title, message, entered[-1] if entered else None, None)


def _refused(item: Item, entered: Sequence[str]) -> Shown | str | None:
    """What the item shows that equals or resembles what the page refused; nothing where it shows what is taken too."""
    shown: list[Shown | str] = [*item.values, *item.labels]
    shown += [link for link in item.links if name_match.plain(link.text) in (name_match.plain(link.address), "")]
    told = {_text(each) for each in shown}
    shown += [text for text in _addresses(item.text) if text not in told]
    kinds = {_kind(_text(each)) for each in shown}
    for text in entered:
        for each in shown:
            same = name_match.plain(_text(each)) == name_match.plain(text)
            alike = _kind(text) is not None and _kind(_text(each)) == _kind(text)
            if (same or alike) and not kinds & _taken(text):
                return each
    return None


def _addresses(text: str) -> list[str]:
    return [found.rstrip(".。:") for found in _ADDRESS.findall(text)]


def _text(shown: Shown | str) -> str:
    if isinstance(shown, str):
        return shown
    return shown.address if isinstance(shown, Link) else shown.text


def _kind(text: str) -> str | None:
    """Of which kind an address is, as far as pages take one and refuse another."""
    scheme = re.match(r"(https?)://.", text.strip(), re.IGNORECASE)
    if scheme is not None:
        return scheme[1].lower()
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    if network.version == 6:
        return "IPv6"
    local = ("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
    return "local" if any(network.overlaps(ipaddress.ip_network(each)) for each in local) else "IPv4"


def _taken(refused: str) -> set[str | None]:
    """The kinds that an item shows when it shows the refused one only to warn of it."""
    return {"https"} if _kind(refused) == "http" else {"IPv4"} if _kind(refused) in ("IPv6", "local") else set()


def _says(items: Sequence[Item], message: str) -> bool:
    """Whether the key word of the page's message stands in the words of the items."""
    parts = [part for item in items for part in (item.text, *(value.text for value in item.values))]
    text = " ".join([*parts, *(link.address for item in items for link in item.links)]).casefold()
    return any(_has(text, other) for key in _keys(message) for other in (key, *_OTHERWISE.get(key, ())))


def _keys(message: str) -> list[str]:
    """The words that carry a message: `https`, numbers and names with numbers; else those known to; else all long ones.

    The first are the same in all languages.
    """
    words = [word.casefold() for word in re.findall(r"\w+", message)]
    strong = [found.casefold() for found in _STRONG.findall(message)]
    known = [word for word in words if word in _OTHERWISE]
    return strong or known or [word.casefold() for word in _WORD.findall(message)]


def _has(text: str, key: str) -> bool:
    if not key.isascii():
        return key in text
    return re.search(rf"(?<![a-z0-9]){re.escape(key)}(?![a-z0-9])", text) is not None


def _message(act: Act) -> str | None:
    """The page's own words: of the refusal that was expected and came, or of a step that failed."""
    if not act.done:
        return act.page_says[0] if act.page_says else None
    if act.verb != "expect":
        return None
    text = act.say.removeprefix("See ")
    try:
        target = parse_target(text)
    except TargetError:
        return text
    wanted = next((str(name.text) for head in target.heads for name in head.names), text)
    return next((control.name for control in act.offered if wanted in control.name), wanted)
