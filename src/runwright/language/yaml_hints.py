"""Hints for common YAML mistakes in sentences and labels: the message, the remedy and the corrected line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from runwright.language.diagnostics import Mark
from runwright.language.pasted_lines import first_cut


@dataclass(frozen=True)
class YamlHint:
    """A syntax error: position, message, remedy, and the corrected line so that parsing can continue."""

    mark: Mark
    message: str
    remedy: str
    corrected: str | None


_ENTRY = re.compile(r"^(?P<head>\s*(?:-\s+)*(?:[^\s:#'\"{\[][^:{\[]*:\s+)?)(?P<value>\S.*?)\s*$")
_BLOCK = re.compile(r":\s*[|>][+-]?\d*\s*$")
_COMMENT = re.compile(r"(?P<before>^|\s)#")
_HASH_WORD = re.compile(r"#[^\s#!]")
_FLOW_EXPRESSION = re.compile(r"[{,:\[]\s*(?P<at>[^\s\"'{},\[\]]*\$\{[^}]*\}[^,}\]\"]*)")


MOST_EXPLAINED = 2_000
"""The longest line, in characters, whose mistakes are searched for: some of these searches take the square of it."""
CUT = "YAML reads a part of this target as its own syntax."
"""The message for a target that contains `: `, or a comma or bracket in a list in brackets."""


def quoted(text: str) -> str:
    """The text as a YAML scalar in double quotes (single ones where that reads better)."""
    if '"' in text and "'" not in text:
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def comments(lines: Sequence[str]) -> Iterator[YamlHint]:
    """Values that a `#` before a word cuts off: `option: #alerts` would be empty.

    Text in a comment, on its own line or after a value, is not a value.
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
        if "#" not in line or len(line) > MOST_EXPLAINED:
            continue
        bare = _without_quotes(line)
        found = _COMMENT.search(bare)
        if found is None or not bare[: found.start()].strip():
            continue
        column = found.start() + len(found["before"]) + 1
        if _HASH_WORD.match(bare, column - 1) is None:
            continue
        entry = _ENTRY.match(line)
        value = entry["value"] if entry else line[column - 1 :].strip()
        message = "After a space, `#` starts a comment: YAML drops the rest of this line."
        remedy = f"Put the value in quotes: {quoted(value)}; for a comment, put a space after the `#`."
        corrected = f"{entry['head']}{quoted(value)}" if entry else line[: column - 1]
        yield YamlHint(Mark(number, column), message, remedy, corrected)


def _without_quotes(line: str) -> str:
    """The line with all parts masked that YAML treats as quoted; columns stay the same."""
    entry = _ENTRY.match(line)
    start = entry.start("value") if entry else 0
    if line[start : start + 1] in "\"'" or line.lstrip()[:1] in "{[" or line[start : start + 1] in "{[":
        return re.sub(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'", lambda m: "_" * len(m[0]), line)
    return line


def odd_key(mark: Mark, lines: Sequence[str]) -> tuple[str, str]:
    """Message and remedy for a key that is a mapping or a list: nearly always `{{…}}` or an unquoted `${…}`."""
    line = lines[mark.line - 1] if mark.line <= len(lines) else ""
    if "{{" in line:
        return "`{{…}}` is not an expression here.", 'Write "${name}", in quotes.'
    return "A key must be a word, not a list or a mapping.", "Write `key: value`."


def explain(error: yaml.YAMLError, lines: Sequence[str]) -> YamlHint:
    """Explain a YAML syntax error by its most likely cause in a runbook."""
    place = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    number = min(place.line + 1, max(len(lines), 1)) if place is not None else 1
    column = place.column + 1 if place is not None else 1
    problem = str(getattr(error, "problem", None) or error)
    if not lines:
        return YamlHint(Mark(1, 1), "The file is empty.", "Start with `name:`.", None)
    for candidate in dict.fromkeys((number, number - 1)):
        if 1 <= candidate <= len(lines) and len(lines[candidate - 1]) <= MOST_EXPLAINED:
            hint = _explain_line(candidate, lines[candidate - 1], lines[: candidate - 1], problem)
            if hint is not None:
                return hint
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
            corrected = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", lines[bad[0] - 1])
            mark = Mark(bad[0], bad[1].start() + 1)
            return YamlHint(mark, "Unexpected control character.", "Remove it.", corrected)
    mark = Mark(number, column)
    return YamlHint(mark, f"Invalid YAML: {problem}.", "Check quotes, brackets and indentation here.", None)


def _as_before(text: str, before: Sequence[str]) -> str:
    """The text with the indentation of the lines before it: of the last entry for an entry, else of the last line."""
    for line in reversed(before):
        if line.strip() and (line.lstrip().startswith("- ") or not text.startswith("- ")):
            indent = len(line) - len(line.lstrip())
            deeper = 2 if line.lstrip().startswith("- ") and not text.startswith("- ") else 0
            return " " * (indent + deeper) + text
    return text


def _explain_line(number: int, line: str, before: Sequence[str], problem: str) -> YamlHint | None:
    lead = line[: len(line) - len(line.lstrip())]
    if "\t" in lead or ("\\t" in problem and "\t" in line):
        mark = Mark(number, line.index("\t") + 1)
        corrected = _as_before(line.strip(), before) if "\t" in lead else line.replace("\t", "  ")
        return YamlHint(
            mark, "A tab is not allowed here: YAML indents with spaces.", "Use two spaces per level.", corrected
        )
    flow = _FLOW_EXPRESSION.search(line) if re.search(r"(?<!\$)\{", line) else None
    if flow is not None and "${" in flow["at"]:
        bare = flow["at"].strip()
        start = flow.start("at")
        message = "Inside braces, put `${…}` in quotes: YAML reads its brace as its own."
        corrected = f"{line[:start]}{quoted(bare)}{line[start + len(flow['at'].rstrip()) :]}"
        return YamlHint(Mark(number, start + 1), message, f"Write {quoted(bare)}.", corrected)
    cut = first_cut(line)
    if cut is not None:
        column, target = cut
        corrected = f"{line[: column - 1]}{quoted(target)}{line[column - 1 + len(target) :]}"
        return YamlHint(Mark(number, column), CUT, f"Put it in quotes: {quoted(target)}", corrected)
    entry = _ENTRY.match(line)
    if entry is None:
        return None
    value, head = entry["value"], entry["head"]
    mark = Mark(number, entry.start("value") + 1)
    corrected = head + quoted(value)
    write = f"Put it in quotes: {quoted(value)}"
    if value.startswith("*"):
        what = "`**`" if value.startswith("**") else "`*`"
        return YamlHint(mark, f"A value that starts with {what} is read as a YAML alias.", write, corrected)
    if value[0] in "@`%":
        return YamlHint(mark, f"A value cannot start with `{value[0]}`.", write, corrected)
    if value[0] in "&!|>" and not re.fullmatch(r"[|>][+-]?\d*", value):
        return YamlHint(mark, f"A value that starts with `{value[0]}` means something else in YAML.", write, corrected)
    if value[0] in "\"'":
        closing = re.match(r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')(?P<rest>.+)", value)
        if closing is not None and not closing["rest"].lstrip().startswith("#"):
            message = "The quotes end before the value does."
            return YamlHint(mark, message, f"Put the whole value in quotes: {quoted(value)}", head + quoted(value))
        if closing is None and not re.fullmatch(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'", value):
            message = f"The quote {value[0]} that opens here is not closed."
            return YamlHint(mark, message, "Close it at the end of the value.", head + quoted(value[1:]))
        if "\\" in value and "escape" in problem:
            message = "A backslash in double quotes starts an escape sequence."
            return YamlHint(
                mark,
                message,
                "Use single quotes for text with backslashes.",
                head + "'" + value.strip('"').replace("'", "''") + "'",
            )
        return None
    if value[0] in "{[":
        if value[0] == "{" and re.search(r":\s+[^,{}\"']*:\s", value):
            message = "Inside braces a value with `: ` in it is read as a second key."
            return YamlHint(mark, message, "Put the value in quotes, or write one `key: value` per line.", head + '""')
        if value.count(value[0]) != value.count("}" if value[0] == "{" else "]"):
            closing_sign = "}" if value[0] == "{" else "]"
            message = f"The `{value[0]}` that opens here is not closed on this line."
            return YamlHint(mark, message, f"Close it with `{closing_sign}`, or put text in quotes.", head + '""')
        return None
    if "mapping values are not allowed" in problem and re.search(r":\s|:$", value):
        at = re.search(r":(\s|$)", value)
        assert at is not None
        where = Mark(number, entry.start("value") + at.start() + 1)
        return YamlHint(where, "A value with `: ` in it is read as a second key.", write, corrected)
    return None


_FLOW_ENTRY = re.compile(r"^(?P<head>\s*(?:-\s+)*[^\s:#'\"{\[][^:{\[]*:\s+)(?P<value>\S.*?)\s*$")
_FLOW_CLOSED = re.compile(r"(?:\{(?:(?!: )[^{}])*\}|\[(?:(?!: )[^\[\]])*\])\s*[^\s#,}\]]")


def explain_flow(error: yaml.YAMLError, lines: Sequence[str]) -> YamlHint | None:
    """Explain a syntax error that a value starting with `{`, `[`, `-` or `?` causes; None for other errors."""
    place = getattr(error, "problem_mark", None)
    if place is None or not place.line < len(lines) or len(lines[place.line]) > MOST_EXPLAINED:
        return None
    entry = _FLOW_ENTRY.match(lines[place.line])
    if entry is None:
        return None
    value = entry["value"]
    mark = Mark(place.line + 1, entry.start("value") + 1)
    remedy = f"Put it in quotes: {quoted(value)}"
    if _FLOW_CLOSED.match(value):
        kind = "table" if value[0] == "{" else "list"
        message = f"A value that starts with `{value[0]}` is a {kind} in YAML, and ends at its closing bracket."
        return YamlHint(mark, message, remedy, entry["head"] + quoted(value))
    if re.match(r"[-?](\s|$)", value) and "not allowed" in str(getattr(error, "problem", "")):
        return YamlHint(mark, f"A value cannot start with `{value[0]} `.", remedy, entry["head"] + quoted(value))
    return None


def lone_word(line: str, column: int) -> str | None:
    """The `{word}` that starts at this column of a line; None if it is a table or `{{…}}`."""
    found = re.match(r"\{[^{}:,]*\}", line[column - 1 : column + MOST_EXPLAINED])
    return None if found is None or line[column - 2 : column - 1] == "{" else found[0]
