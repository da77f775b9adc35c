"""The slips of YAML that people make when they write sentences and labels, and what to write instead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from runwright.language.diagnostics import Mark


@dataclass(frozen=True)
class Slip:
    """A fault of syntax: where, what, the remedy, and the line mended so that reading can go on."""

    mark: Mark
    message: str
    remedy: str
    mended: str | None


_ENTRY = re.compile(r"^(?P<head>\s*(?:-\s+)*(?:[^\s:#'\"{\[][^:{\[]*:\s+)?)(?P<value>\S.*?)\s*$")
_BLOCK = re.compile(r":\s*[|>][+-]?\d*\s*$")
_COMMENT = re.compile(r"(?P<before>^|\s)#")
_GLUED = re.compile(r"#[^\s#!]")
_FLOW_EXPRESSION = re.compile(r"[{,:\[]\s*(?P<at>[^\s\"'{},\[\]]*\$\{[^}]*\}[^,}\]\"]*)")


def quoted(text: str) -> str:
    """The text as a YAML scalar in double quotes (single ones where that reads better)."""
    if '"' in text and "'" not in text:
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def comments(lines: Sequence[str]) -> Iterator[Slip]:
    """Values that a `#` glued to a word cuts off: `option: #alerts` would be nothing at all.

    What stands in a comment, on a line of its own or behind a value, is nobody's value.
    """
    block: int | None = None
    for number, line in enumerate(lines, 1):
        indent = len(line) - len(line.lstrip())
        if block is not None:
            if not line.strip() or indent > block:
                continue
            block = None
        if _BLOCK.search(line):
            block = indent
        if "#" not in line:
            continue
        bare = _without_quotes(line)
        found = _COMMENT.search(bare)
        if found is None or not bare[: found.start()].strip():
            continue
        column = found.start() + len(found["before"]) + 1
        if _GLUED.match(bare, column - 1) is None:
            continue
        entry = _ENTRY.match(line)
        value = entry["value"] if entry else line[column - 1 :].strip()
        message = "After a space, `#` begins a comment: YAML drops the rest of this line."
        remedy = f"Put the value in quotes: {quoted(value)}; if a comment is meant, put a space behind the `#`."
        mended = f"{entry['head']}{quoted(value)}" if entry else line[: column - 1]
        yield Slip(Mark(number, column), message, remedy, mended)


def _without_quotes(line: str) -> str:
    """The line with every quoted stretch that YAML itself would see blanked out, columns kept."""
    entry = _ENTRY.match(line)
    start = entry.start("value") if entry else 0
    if line[start : start + 1] in "\"'" or line.lstrip()[:1] in "{[" or line[start : start + 1] in "{[":
        return re.sub(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'", lambda m: "_" * len(m[0]), line)
    return line


def odd_key(mark: Mark, lines: Sequence[str]) -> tuple[str, str]:
    """What to say of a key that is a mapping or a list: nearly always `{{…}}` or an unquoted `${…}`."""
    line = lines[mark.line - 1] if mark.line <= len(lines) else ""
    if "{{" in line:
        return "`{{…}}` is not an expression here.", 'Write "${name}", in quotes.'
    return "A key is a word, not a list or a mapping.", "Write `key: value`."


def explain(error: yaml.YAMLError, lines: Sequence[str]) -> Slip:
    """Say what a YAML syntax error most likely means, in the words of somebody who writes runbooks."""
    place = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    number = min(place.line + 1, max(len(lines), 1)) if place is not None else 1
    column = place.column + 1 if place is not None else 1
    problem = str(getattr(error, "problem", None) or error)
    if not lines:
        return Slip(Mark(1, 1), "The file is empty.", "Begin with `title:`.", None)
    for candidate in dict.fromkeys((number, number - 1)):
        if 1 <= candidate <= len(lines):
            slip = _explain_line(candidate, lines[candidate - 1], lines[: candidate - 1], problem)
            if slip is not None:
                return slip
    if "special characters" in problem or "control characters" in problem:
        bad = next(
            (
                (n, re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text))
                for n, text in enumerate(lines, 1)
                if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text)
            ),
            None,
        )
        if bad is not None and bad[1] is not None:
            mended = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", lines[bad[0] - 1])
            mark = Mark(bad[0], bad[1].start() + 1)
            return Slip(mark, "A control character stands here.", "Take it out.", mended)
    mark = Mark(number, column)
    return Slip(mark, f"This is no valid YAML: {problem}.", "Check quotes, brackets and indentation here.", None)


def _as_before(text: str, before: Sequence[str]) -> str:
    """The text indented as the lines before it say: as the last entry for an entry, as the last line else."""
    for line in reversed(before):
        if line.strip() and (line.lstrip().startswith("- ") or not text.startswith("- ")):
            indent = len(line) - len(line.lstrip())
            deeper = 2 if line.lstrip().startswith("- ") and not text.startswith("- ") else 0
            return " " * (indent + deeper) + text
    return text


def _explain_line(number: int, line: str, before: Sequence[str], problem: str) -> Slip | None:
    lead = line[: len(line) - len(line.lstrip())]
    if "\t" in lead or ("\\t" in problem and "\t" in line):
        mark = Mark(number, line.index("\t") + 1)
        mended = _as_before(line.strip(), before) if "\t" in lead else line.replace("\t", "  ")
        return Slip(mark, "A tab stands here; YAML indents with spaces.", "Use two spaces a level.", mended)
    flow = _FLOW_EXPRESSION.search(line) if re.search(r"(?<!\$)\{", line) else None
    if flow is not None and "${" in flow["at"]:
        bare = flow["at"].strip()
        start = flow.start("at")
        message = "Inside braces `${…}` must stand in quotes: YAML takes its brace for its own."
        mended = f"{line[:start]}{quoted(bare)}{line[start + len(flow['at'].rstrip()) :]}"
        return Slip(Mark(number, start + 1), message, f"Write {quoted(bare)}.", mended)
    entry = _ENTRY.match(line)
    if entry is None:
        return None
    value, head = entry["value"], entry["head"]
    mark = Mark(number, entry.start("value") + 1)
    mended = head + quoted(value)
    write = f"Put it in quotes: {quoted(value)}"
    if value.startswith("*"):
        what = "`**`" if value.startswith("**") else "`*`"
        return Slip(mark, f"A value that begins with {what} is read as a YAML alias.", write, mended)
    if value[0] in "@`%":
        return Slip(mark, f"A value cannot begin with `{value[0]}`.", write, mended)
    if value[0] in "&!|>" and not re.fullmatch(r"[|>][+-]?\d*", value):
        return Slip(mark, f"A value that begins with `{value[0]}` means something else in YAML.", write, mended)
    if value[0] in "\"'":
        closing = re.match(r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')(?P<rest>.+)", value)
        if closing is not None and not closing["rest"].lstrip().startswith("#"):
            message = "The quotes end before the value does."
            return Slip(mark, message, f"Put the whole value in quotes: {quoted(value)}", head + quoted(value))
        if closing is None and not re.fullmatch(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'", value):
            message = f"The quote {value[0]} that opens here is not closed."
            return Slip(mark, message, "Close it at the end of the value.", head + quoted(value[1:]))
        if "\\" in value and "escape" in problem:
            message = "A backslash in double quotes begins an escape."
            return Slip(
                mark,
                message,
                "Use single quotes for text with backslashes.",
                head + "'" + value.strip('"').replace("'", "''") + "'",
            )
        return None
    if value[0] in "{[":
        if value[0] == "{" and re.search(r":\s+[^,{}\"']*:\s", value):
            message = "Inside braces a value with `: ` in it is read as a second key."
            return Slip(mark, message, "Put the value in quotes, or write one `key: value` a line.", head + '""')
        if value.count(value[0]) != value.count("}" if value[0] == "{" else "]"):
            closing_sign = "}" if value[0] == "{" else "]"
            message = f"The `{value[0]}` that opens here is not closed on this line."
            return Slip(mark, message, f"Close it with `{closing_sign}`, or put text in quotes.", head + '""')
        return None
    if "mapping values are not allowed" in problem and re.search(r":\s|:$", value):
        at = re.search(r":(\s|$)", value)
        assert at is not None
        where = Mark(number, entry.start("value") + at.start() + 1)
        return Slip(where, "A value with `: ` in it is read as a second key.", write, mended)
    return None


_FLOW_ENTRY = re.compile(r"^(?P<head>\s*(?:-\s+)*[^\s:#'\"{\[][^:{\[]*:\s+)(?P<value>\S.*?)\s*$")
_FLOW_CLOSED = re.compile(r"(?:\{(?:(?!: )[^{}])*\}|\[(?:(?!: )[^\[\]])*\])\s*[^\s#,}\]]")


def explain_flow(error: yaml.YAMLError, lines: Sequence[str]) -> Slip | None:
    """What to say of such a text, when a fault of syntax comes of it."""
    place = getattr(error, "problem_mark", None)
    if place is None or not place.line < len(lines):
        return None
    entry = _FLOW_ENTRY.match(lines[place.line])
    if entry is None:
        return None
    value = entry["value"]
    mark = Mark(place.line + 1, entry.start("value") + 1)
    remedy = f"Put it in quotes: {quoted(value)}"
    if _FLOW_CLOSED.match(value):
        kind = "table" if value[0] == "{" else "list"
        message = f"A value that begins with `{value[0]}` is a {kind} in YAML, and ends where that closes."
        return Slip(mark, message, remedy, entry["head"] + quoted(value))
    if re.match(r"[-?](\s|$)", value) and "not allowed" in str(getattr(error, "problem", "")):
        return Slip(mark, f"A value cannot begin with `{value[0]} `.", remedy, entry["head"] + quoted(value))
    return None


def lone_word(line: str, column: int) -> str | None:
    """The `{word}` that begins in this column of a line; None where a table is meant, or `{{…}}`."""
    found = re.match(r"\{[^{}:,]*\}", line[column - 1 :])
    return None if found is None or line[column - 2 : column - 1] == "{" else found[0]
