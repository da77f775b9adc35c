"""Expressions `${…}`: names, attributes, indexes, comparison, `and or not in`, filters. No calls, no arithmetic."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from runwright.language.diagnostics import Mark
from runwright.language.secret_value import Secret


class ExpressionError(ValueError):
    """An expression that cannot be parsed or evaluated. ``at`` is its offset in the surrounding text."""

    def __init__(self, message: str, remedy: str = "", at: int = 0) -> None:
        super().__init__(message)
        self.remedy = remedy
        self.at = at


def _lines(value: object) -> str:
    return "\n".join(str(item) for item in value) if isinstance(value, list) else str(value)


FILTERS: dict[str, Callable[[Any], Any]] = {
    "lower": lambda value: str(value).lower(),
    "upper": lambda value: str(value).upper(),
    "trim": lambda value: str(value).strip(),
    "length": len,
    "first": lambda value: value[0],
    "last": lambda value: value[-1],
    "join": lambda value: ", ".join(str(item) for item in value),
    "lines": _lines,
    "host": lambda value: urlsplit(str(value)).hostname or "",
}

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_KINDS = ((bool, "yes or no"), (int | float, "a number"), (str, "a text"), (list, "a list"), (Mapping, "a table"))


def _kind(value: object) -> str:
    """The kind of a value in words, without the value itself."""
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "nothing")


@dataclass(frozen=True)
class Expression:
    """One `${…}`, parsed and checked."""

    source: str
    mark: Mark | None = field(default=None, compare=False)
    """The start of the text that contains it."""

    def check(self) -> Expression:
        """Parse it now. Raises ExpressionError."""
        _tree(self.source)
        return self

    @property
    def names(self) -> frozenset[str]:
        """The names that its evaluation needs."""
        return _names_in(self.source)

    def value(self, scope: Mapping[str, Any]) -> Any:
        """Evaluate it. Raises ExpressionError if a name is undefined or the types do not match."""
        try:
            return _evaluate(_tree(self.source), scope)
        except ExpressionError:
            raise
        except Exception as error:
            raise ExpressionError(f"`${{{self.source}}}` cannot be evaluated: {error}.") from None

    def __str__(self) -> str:
        return f"${{{self.source}}}"


MOST_CHARACTERS = 1_000
"""The longest expression."""
DEEPEST = 50
"""The most levels of an expression."""
MOST_IN_A_TEXT = 200
"""The most expressions in one text."""


@lru_cache(maxsize=512)
def _tree(source: str) -> ast.expr:
    """Parse an expression; cached, since a runbook repeats a few. Raises ExpressionError."""
    if len(source) > MOST_CHARACTERS:
        message = f"The expression has {len(source):,} characters; it can have at most {MOST_CHARACTERS:,}."
        raise ExpressionError(message, "Write several shorter ones.")
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        offset = (getattr(error, "offset", None) or 1) - 1
        message = f"Invalid expression `${{{source}}}`."
        remedy = 'Use names, ".", "[…]", comparison, `and or not in`, and filters after "|".'
        raise ExpressionError(message, remedy, offset) from None
    _limit_depth(tree)
    _allow(tree)
    return tree


@lru_cache(maxsize=512)
def _names_in(source: str) -> frozenset[str]:
    return frozenset(_names(_tree(source)))


def _limit_depth(tree: ast.expr) -> None:
    """Raises ExpressionError for an expression of more levels than the functions below can go down."""
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise ExpressionError(f"The expression has more than {DEEPEST} levels.", "Write a shorter one.")


def _allow(node: ast.AST) -> None:
    remedy = 'Use names, ".", "[…]", comparison, `and or not in`, and filters after "|".'
    match node:
        case ast.Name() | ast.Constant(value=str() | int() | float() | bool() | None):
            return
        case ast.BoolOp(values=values):
            for value in values:
                _allow(value)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            _allow(inner)
        case ast.Compare(left=left, comparators=others, ops=ops) if all(type(op) in _COMPARE for op in ops):
            _allow(left)
            for other in others:
                _allow(other)
        case ast.Attribute(value=inner, attr=attr) if not attr.startswith("_"):
            _allow(inner)
        case ast.Subscript(value=inner, slice=index) if not isinstance(index, ast.Slice):
            _allow(inner)
            _allow(index)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            for item in items:
                _allow(item)
        case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Name(id=name)):
            if name not in FILTERS:
                raise ExpressionError(f"Unknown filter `{name}`.", f"Known: {', '.join(sorted(FILTERS))}.")
            _allow(left)
        case ast.Call():
            raise ExpressionError("Expressions cannot contain calls.", remedy)
        case ast.BinOp():
            raise ExpressionError("Expressions cannot contain arithmetic.", remedy)
        case _:
            raise ExpressionError("Expressions do not support this syntax.", remedy)


def _names(node: ast.expr) -> set[str]:
    if isinstance(node, ast.BinOp):
        return _names(node.left)
    if isinstance(node, ast.Name):
        return {node.id}
    return set().union(*(_names(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)))


def _evaluate(node: ast.expr, scope: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            if name in scope:
                return scope[name]
            if name in ("true", "false"):
                return name == "true"
            raise ExpressionError(f"`{name}` is not defined here.")
        case ast.BoolOp(op=junction, values=values):
            result: Any = None
            for part in values:
                result = _evaluate(part, scope)
                if bool(result) == isinstance(junction, ast.Or):
                    return result
            return result
        case ast.UnaryOp(operand=inner):
            return not _evaluate(inner, scope)
        case ast.Compare(left=left, ops=ops, comparators=others):
            value = _evaluate(left, scope)
            for op, other in zip(ops, others, strict=True):
                right = _evaluate(other, scope)
                if isinstance(value, Secret) or isinstance(right, Secret):
                    raise ExpressionError("A secret cannot be compared.")
                try:
                    holds = _COMPARE[type(op)](value, right)
                except TypeError:
                    raise ExpressionError(
                        f"`{ast.unparse(node)}` compares {_kind(value)} with {_kind(right)}.",
                        "`in` looks for an item in a list, or for a text in a text."
                        if isinstance(op, ast.In | ast.NotIn)
                        else "Compare numbers with numbers, and texts with texts in quotes.",
                    ) from None
                if not holds:
                    return False
                value = right
            return True
        case ast.Attribute(value=inner, attr=attr):
            holder = _evaluate(inner, scope)
            if isinstance(holder, Mapping) and attr in holder:
                return holder[attr]
            raise ExpressionError(f"`{ast.unparse(inner)}` has no field `{attr}`.")
        case ast.Subscript(value=inner, slice=index):
            return _item(_evaluate(inner, scope), _evaluate(index, scope), ast.unparse(inner))
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_evaluate(item, scope) for item in items]
        case ast.BinOp(left=left, right=ast.Name(id=name)):
            value = _evaluate(left, scope)
            if isinstance(value, Secret):
                raise ExpressionError("A filter cannot be applied to a secret.")
            return _filtered(value, name, ast.unparse(left))
    raise AssertionError(f"not allowed: {ast.dump(node)}")


def _item(value: Any, index: Any, written: str) -> Any:
    """An item of a list, a character of a text, or a value of a table."""
    try:
        return value[index]
    except (IndexError, KeyError):
        length = f"; its length is {len(value)}" if isinstance(value, list | str) else ""
        raise ExpressionError(f"`{written}` has no `[{index!r}]`{length}.", "The first item is `[0]`.") from None
    except TypeError:
        raise ExpressionError(f"`{written}` is {_kind(value)}, so it has no `[{index!r}]`.") from None


def _filtered(value: Any, name: str, written: str) -> Any:
    try:
        return FILTERS[name](value)
    except IndexError:
        raise ExpressionError(f"`{written}` is empty, so `{name}` has no result.") from None
    except (TypeError, KeyError, ValueError):
        raise ExpressionError(f"`{written}` is {_kind(value)}, which the filter `{name}` does not accept.") from None


@dataclass(frozen=True)
class Template:
    """A text with `${…}` in it. A template that is a single expression keeps the type of its value."""

    parts: tuple[str | Expression, ...]
    mark: Mark | None = None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions in the text."""
        return tuple(part for part in self.parts if isinstance(part, Expression))

    @property
    def fixed(self) -> bool:
        """Whether it contains no expression."""
        return not self.expressions

    def value(self, scope: Mapping[str, Any]) -> Any:
        """The value: of its own type if the template is a single expression, else text. Raises ExpressionError."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Expression):
            return self.parts[0].value(scope)
        return self.text(scope)

    def text(self, scope: Mapping[str, Any]) -> str:
        """The value as text. Raises ExpressionError if a secret would become part of a text."""
        return "".join(part if isinstance(part, str) else _as_text(part.value(scope)) for part in self.parts)

    def written(self) -> str:
        """The text as a runbook writes it: a literal `${` is `$${`."""
        return "".join(part.replace("${", "$${") if isinstance(part, str) else str(part) for part in self.parts)

    def __str__(self) -> str:
        return "".join(str(part) for part in self.parts)


def _as_text(value: object) -> str:
    if isinstance(value, Secret):
        raise ExpressionError(
            f"The secret `{value.name}` cannot be part of a text.",
            "A secret can only be the whole value of `with`.",
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    return _lines(value)


_OPEN = re.compile(r"\$\$\{|\$\{")


def template(text: str, mark: Mark | None = None) -> Template:
    """Parse a text with `${…}` in it; `$${` is a literal `${`. Raises ExpressionError."""
    if "${" not in text:
        return Template((str(text),), mark)
    parts: list[str | Expression] = []
    written = ""
    at = 0
    while found := _OPEN.search(text, at):
        written += text[at : found.start()]
        if found[0] == "$${":
            written += "${"
            at = found.end()
            continue
        if sum(isinstance(part, Expression) for part in parts) >= MOST_IN_A_TEXT:
            message = f"The text contains more than {MOST_IN_A_TEXT} expressions."
            raise ExpressionError(message, "Split the text.", found.start())
        end = expression_end(text, found.end())
        if end is None:
            raise ExpressionError(
                "This `${` is not closed.", "Close it with `}`, or write `$${` for a literal `${`.", found.start()
            )
        if written:
            parts.append(written)
            written = ""
        try:
            parts.append(Expression(text[found.end() : end], mark).check())
        except ExpressionError as error:
            error.at = found.start()
            raise
        at = end + 1
    written += text[at:]
    if written or not parts:
        parts.append(written)
    return Template(tuple(parts), mark)


def expression_end(text: str, start: int) -> int | None:
    """The index of the `}` that closes an expression opened before ``start``; None if it is not closed.

    A `}` inside quotes does not close it.
    """
    quote = ""
    for index in range(start, len(text)):
        char = text[index]
        if quote:
            if char == quote:
                quote = ""
        elif char in "\"'":
            quote = char
        elif char == "}":
            return index
    return None
