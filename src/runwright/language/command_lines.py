"""Command lines in a runbook: a list of arguments, or one line of them, which no shell reads."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from runwright.language.diagnostics import DiagnosticList
from runwright.language.expressions import Expression, ExpressionError, Template, template
from runwright.language.yaml_tree import Node, YamlList, YamlText

Command = tuple[Template, ...]
"""A program and its arguments."""
_FIRST = 0xE000
"""Characters from here on stand for expressions while a line is split; they are of no language."""


def read_command(node: Node, what: str, diagnostics: DiagnosticList) -> Command | None:
    """The command of a list or a line. None, with the errors reported, if it is invalid."""
    form = "Write a list: [python, seed.py], or one line: python seed.py."
    if isinstance(node, YamlText):
        items: list[Node] = [node]
    elif isinstance(node, YamlList):
        items = list(node)
    else:
        diagnostics.add(node.mark, f"{what} must be a command.", form)
        return None
    words: list[Template] = []
    for item in items:
        if not isinstance(item, YamlText):
            diagnostics.add(item.mark, f"An argument in {what} must be one value.", form)
            return None
        try:
            read = template(item, item.mark)
            words += [read] if isinstance(node, YamlList) else _split(read)
        except ExpressionError as error:
            diagnostics.add(item.mark, str(error), error.remedy)
            return None
        except ValueError:
            message = f"Invalid command in {what}: a quotation is not closed."
            diagnostics.add(item.mark, message, "Close it, or write the command as a list of arguments.")
            return None
    if not words or not str(words[0]).strip():
        diagnostics.add(node.mark, f"{what} has no command.", form)
        return None
    return tuple(words)


def _split(line: Template) -> Iterator[Template]:
    """The arguments of a line. An expression is one argument, or a part of one. Raises ValueError."""
    marked = "".join(
        chr(_FIRST + number) if isinstance(part, Expression) else part for number, part in enumerate(line.parts)
    )
    for word in shlex.split(marked):
        pieces = re.split(f"([{chr(_FIRST)}-{chr(_FIRST + len(line.parts))}])", word)
        yield Template(
            tuple(line.parts[ord(piece) - _FIRST] if number % 2 else piece for number, piece in enumerate(pieces)),
            line.mark,
        )
