"""Rejected input: the messages that pages showed in probe sections, compared with what the guide item states."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from runwright.evidence.statuses import FailureClass
from runwright.guide.match import messages, name_match
from runwright.guide.match.bounds import breaks
from runwright.guide.match.findings import Finding
from runwright.guide.match.observations import ObservedStep, RunObservations
from runwright.guide.match.reader_actions import control_names, literals
from runwright.guide.parse.guide_model import Guide, Item, Label, Link, Value
from runwright.language.target_reader import parse_target
from runwright.language.targets import TargetError

_ENTERING = frozenset({"fill", "type", "paste", "choose", "set", "upload"})
Example = Label | Value | Link
"""Something that an item gives as an example of what to enter."""

_ADDRESS = re.compile(r"(?<![\w/])https?://[^\s`<>\"'”’,;)\]]+", re.IGNORECASE)
_STRONG = re.compile(r"(?<![A-Za-z0-9])(?:https|[A-Za-z]*[0-9]+)(?![A-Za-z0-9])", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{5,}")
_SYNONYMS: dict[str, tuple[str, ...]] = {
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
"""Other words that a guide may use for a key word of a message."""
_EXPECT_PREFIX = "Verify "
"""How the name of an `expect` step begins, for runs whose runbook is no longer readable."""


def rules(guide: Guide, items: Mapping[str, Item | None], run: RunObservations) -> Iterable[Finding]:
    """A finding for each rejection in a probe whose item shows a rejected example or does not state the requirement."""
    yield from _of_probes(guide, items, run)
    for step in run.steps:
        if step.failure is not None and step.section not in run.probes:
            finding = refusal(guide, items, run, step)
            if finding is not None:
                yield finding


def refusal(guide: Guide, items: Mapping[str, Item | None], run: RunObservations, step: ObservedStep) -> Finding | None:
    """What the page said when a step failed, at the item whose value it refused, else at the item of the step.

    None where the page said nothing: a page that did not answer, or a sign-in, is no matter of the guide.
    """
    said = [each for each in step.page_messages if _is_sentence(each)]
    if not said or step.failure_class not in (None, FailureClass.PAGE_CHANGED, FailureClass.REFUSED):
        return None
    entering = [
        (each, item)
        for each in reversed(run.steps)
        if each.section == step.section and each.number <= step.number and each.verb in _ENTERING
        if (item := next(filter(None, (items.get(follows) for follows in each.follows)), None)) is not None
    ]
    for message in said:
        for each, item in entering:
            for inner in guide.below(item.number):
                shown = _example_for(inner, each)
                if shown is not None and breaks(message, shown.text):
                    return _with_step(messages.refused(inner, message, shown, step, None), step, run)
    for message in said:
        for each, item in entering:
            name = next((name for name in control_names(each) if name_match.mentions(message, name)), None)
            if name is not None:
                return _with_step(messages.refused(item, message, None, step, name), step, run)
    own = [item for follows in step.follows if (item := items.get(follows)) is not None]
    for item in (*own, *(item for _, item in entering)):
        return _with_step(messages.refused(item, said[0], None, step, None), step, run)
    return None


def _is_sentence(message: str) -> bool:
    """Whether a message of the page says something: more than two words, or as much in a script without blanks.

    What stands in round brackets are facts of the connection, not words of the page.
    """
    if message.startswith("("):
        return False
    return len(message.split()) >= 3 or sum(ord(sign) > 0x2E7F for sign in message) >= 6


def _with_step(finding: Finding, step: ObservedStep, run: RunObservations) -> Finding:
    return replace(finding, run=run.run, step=step.number, screenshot=step.screenshot)


def _example_for(item: Item, step: ObservedStep) -> Value | None:
    """The value that an item shows for the control of a step: its only one, or the one nearest to its label."""
    if len(item.values) < 2:
        return next(iter(item.values), None)
    labels = [label for label in item.labels if any(name_match.names(label.text, each) for each in control_names(step))]
    if not labels:
        return None

    def distance(value: Value) -> int:
        return min(abs(value.line - label.line) * 200 + abs(value.column - label.column) for label in labels)

    return min(item.values, key=distance)


def _of_probes(guide: Guide, items: Mapping[str, Item | None], run: RunObservations) -> Iterable[Finding]:
    for number in sorted(run.probes):
        name, follows, _ = run.sections.get(number, ("", (), 0))
        entered: list[str] = []
        last: ObservedStep | None = None
        steps = [each for each in run.steps if each.section == number and each.part == "steps"]
        looks = any(step.verb == "expect" for step in steps)
        for step in steps:
            if not step.read_only and literals(step):
                entered += literals(step)
                last = step
            message = _message(step)
            if message is None and not looks and step is steps[-1] and entered:
                message = next(filter(_is_sentence, step.texts), None)  # what the last act brought up
            item = next(filter(None, (items.get(reference) for reference in (*step.follows, *follows))), None)
            if message and item is not None:
                finding = _rule_finding(guide.below(item.number), name, entered, message, last)
                if finding is not None:
                    yield replace(finding, run=run.run, step=step.number, screenshot=step.screenshot)
                entered = []
            if not step.done:
                break


def _rule_finding(
    items: Sequence[Item], probe: str, entered: Sequence[str], message: str, last: ObservedStep | None
) -> Finding | None:
    """A finding at the item that shows a rejected example, else at the first item if none states the requirement.

    An example that the page's own words accept shows what is required.
    """
    if last is not None:
        examples = [(item, one) for item in items if (one := _example_for(item, last)) is not None]
        tested = [(item, one, broken) for item, one in examples if (broken := breaks(message, one.text)) is not None]
        for item, example, broken in tested:
            if broken:
                return messages.rule(item, probe, message, example.text, example)
        if tested:
            return None
    for item in items:
        shown = _rejected_example(item, entered[-1:])
        if shown is not None:
            return messages.rule(item, probe, message, entered[-1], shown)
    if _states_requirement(items, message):
        return None
    return messages.rule(items[0], probe, message, entered[-1] if entered else None, None)


def _rejected_example(item: Item, entered: Sequence[str]) -> Example | str | None:
    """The example that equals the rejected input or is of its kind; None if an accepted kind is shown beside it."""
    shown: list[Example | str] = [*item.values, *item.labels]
    shown += [link for link in item.links if name_match.plain(link.text) in (name_match.plain(link.address), "")]
    seen = {_text(each) for each in shown}
    shown += [text for text in _addresses(item.text) if text not in seen]
    kinds = {_kind(_text(each)) for each in shown}
    for text in entered:
        for each in shown:
            same = name_match.plain(_text(each)) == name_match.plain(text)
            alike = _kind(text) is not None and _kind(_text(each)) == _kind(text)
            if (same or alike) and not kinds & _accepted_kinds(text):
                return each
    return None


def _addresses(text: str) -> list[str]:
    return [found.rstrip(".。:") for found in _ADDRESS.findall(text)]


def _text(shown: Example | str) -> str:
    if isinstance(shown, str):
        return shown
    return shown.address if isinstance(shown, Link) else shown.text


def _kind(text: str) -> str | None:
    """The kind of an address or network, as pages distinguish them; None for other text."""
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


def _accepted_kinds(rejected: str) -> set[str | None]:
    """The accepted kinds. An item that shows one of them shows the rejected kind only as a warning."""
    return {"https"} if _kind(rejected) == "http" else {"IPv4"} if _kind(rejected) in ("IPv6", "local") else set()


def _states_requirement(items: Sequence[Item], message: str) -> bool:
    """Whether the items contain a key word of the page's message, or a synonym."""
    parts = [part for item in items for part in (item.text, *(value.text for value in item.values))]
    text = " ".join([*parts, *(link.address for item in items for link in item.links)]).casefold()
    return any(_contains_word(text, other) for key in _key_words(message) for other in (key, *_SYNONYMS.get(key, ())))


def _key_words(message: str) -> list[str]:
    """The key words of a message: `https`, numbers and words with digits, which are the same in all languages.

    Without these, the words that have synonyms; without these too, all words of five letters or more.
    """
    words = [word.casefold() for word in re.findall(r"\w+", message)]
    strong = [found.casefold() for found in _STRONG.findall(message)]
    known = [word for word in words if word in _SYNONYMS]
    return strong or known or [word.casefold() for word in _WORD.findall(message)]


def _contains_word(text: str, key: str) -> bool:
    if not key.isascii():
        return key in text
    return re.search(rf"(?<![a-z0-9]){re.escape(key)}(?![a-z0-9])", text) is not None


def _message(step: ObservedStep) -> str | None:
    """The message on the page: the one that an `expect` step found, or the first one when a step failed."""
    if not step.done:
        return step.page_messages[0] if step.page_messages else None
    if step.verb != "expect":
        return None
    summary = step.definition.model.summary if step.definition is not None else _EXPECT_PREFIX
    text = step.name.removeprefix(summary.partition("{")[0])
    try:
        target = parse_target(text)
    except TargetError:
        return text
    expected = next((str(name.text) for head in target.alternatives for name in head.names), text)
    return next((control.name for control in step.offered if expected in control.name), expected)
