"""Lines to paste into a runbook: text that YAML reads back as it is, and targets that YAML has cut into pieces."""

from __future__ import annotations

import re

import yaml

from runwright.language.targets import Target, named

_UNPRINTABLE = re.compile(
    "[^\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufdcf\\ufdf0-\\ufefe\\uff00-\\uffef\\U00010000-\\U0010ffff]"
)
"""Characters that YAML, or a person who copies them, may lose."""
_SAFE = re.compile(r'[a-z][\w "().,/\[\]=-]*["\])\w]', re.ASCII)
"""What YAML reads as it is, in block style."""
_TARGET = re.compile(r'[a-z]+\s+(?:starting\s+|containing\s+|with_text\s+)?"')
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')


def as_value(text: str) -> str:
    """The text as a YAML value behind `key: ` or `- `: as it is where YAML reads it so, else in quotes."""
    if _UNPRINTABLE.search(text):
        escaped = re.sub(r'["\\]', r"\\\g<0>", text)
        return '"' + _UNPRINTABLE.sub(lambda found: f"\\U{ord(found[0]):08x}", escaped) + '"'
    return text if _is_plain(text) else "'" + text.replace("'", "''") + "'"


def pasted(target: Target) -> str:
    """A target as a YAML value, without expressions: a `${` in its names is literal."""
    return as_value(str(target))


def named_line(role: str, name: str) -> str:
    """A target of one role and one name as a YAML value."""
    return pasted(named(role, name))


def literal(text: str) -> str:
    """The text as a runbook writes it where expressions are evaluated."""
    return text.replace("${", "$${")


def _is_plain(text: str) -> bool:
    if _SAFE.fullmatch(text) and '"' in text:
        return True
    try:
        node = yaml.compose(f"- {text}\n", Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return False
    item = node.value[0] if isinstance(node, yaml.SequenceNode) and len(node.value) == 1 else None
    same = isinstance(item, yaml.ScalarNode) and item.value == text
    return same and item is not None and item.style is None and re.search(r"(?:^|\s)#|^[?:~-]", text) is None


def cut_target(line: str, column: int) -> str | None:
    """The target that starts at a column of a line, if YAML reads a part of it as its own syntax; else None.

    In block style that is `: ` and ` #`, in a list in brackets also a comma and a bracket.
    """
    start = column - 1
    if _TARGET.match(line, start) is None:
        return None
    before = _TEXT.sub("", line[:start])
    in_brackets = before.count("[") > before.count("]")
    end = _item_end(line, start) if in_brackets else len(line)
    item = line[start:end].strip()
    special = r":\s|\s#|[,\[\]{}]" if in_brackets else r":\s|\s#"
    return item if re.search(special, item) else None


def _item_end(line: str, start: int) -> int:
    """Where an item of a list in brackets ends: at the comma or bracket outside of its texts and its own brackets."""
    depth, at = 0, start
    while at < len(line):
        text = _TEXT.match(line, at)
        if text is not None:
            at = text.end()
            continue
        if line[at] in "[{":
            depth += 1
        elif line[at] in "]}":
            depth -= 1
        if depth < 0 or (depth == 0 and line[at] == ","):
            return at
        at += 1
    return at


def first_cut(line: str) -> tuple[int, str] | None:
    """Column and text of the first target in a line that YAML has cut; None if there is none."""
    at = 0
    while (found := re.search(r'(?:[\[,]\s*|-\s+)(?=[a-z]+\s+(?:\w+\s+)?")', line[at:])) is not None:
        column = at + found.end() + 1
        item = cut_target(line, column)
        if item is not None:
            return column, item
        at = column - 1
    return None
