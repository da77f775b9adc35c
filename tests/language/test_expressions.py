"""Expressions: the supported syntax, and the rejection of all other syntax."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.language.expressions import ExpressionError, template
from runwright.language.secret_value import Secret

SCOPE: dict[str, Any] = {
    "name": "Ann", "ips": ["10.1.2.3", "10.1.2.4"], "on": True, "site": {"url": "https://a.example"}, "empty": [],
    "token": Secret("token", "hunter2-hunter2"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Hello ${name}", "Hello Ann"),
        ("${ips}", ["10.1.2.3", "10.1.2.4"]),
        ("${ips[0]}", "10.1.2.3"),
        ("${ips | length > 1}", True),
        ("${ips | join}", "10.1.2.3, 10.1.2.4"),
        ("${on}", True),
        ("is ${on}", "is true"),
        ('${name == "Ann" and not empty}', True),
        ('${"10.1.2.3" in ips}', True),
        ("${site.url | host}", "a.example"),
        ("$${name}", "${name}"),
        ('${"}" == name}', False),
        ("plain", "plain"),
    ],
)
def test_values(text: str, value: object) -> None:
    assert template(text).value(SCOPE) == value


@pytest.mark.parametrize(
    "text",
    [
        "${open('x')}", "${name.__class__}", "${'a' * 10 ** 9}", "${[x for x in ips]}", "${lambda: 1}", "${name",
        "${}", "${1 +}", "${name | shout}", "${ips[0:1]}", "${f'{name}'}", "${" + "(" * 5000 + "}",
    ],
)  # fmt: skip
def test_unsupported_syntax_is_rejected_when_parsed(text: str) -> None:
    with pytest.raises(ExpressionError):
        template(text)


@pytest.mark.parametrize("text", ["id ${token}", "${token | upper}", "${token == name}", "${missing}", "${ips[7]}"])
def test_an_expression_that_cannot_be_evaluated_is_an_error(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        template(text).text(SCOPE)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${ips[7]}", "`ips` has no `[7]`; its length is 2."),
        ("${number[0]}", "`number` is a number, so it has no `[0]`."),
        ("${none | first}", "`none` is empty, so `first` has no result."),
        ("${number | length}", "`number` is a number, which the filter `length` does not accept."),
        ("${number < name}", "`number < name` compares a number with a text."),
        ("${name in number}", "`name in number` compares a text with a number."),
    ],
)
def test_the_error_is_described_in_terms_of_the_language(text: str, message: str) -> None:
    scope = {"ips": ["10.0.0.1", "10.0.0.2"], "none": [], "number": 5, "name": "Ann"}
    with pytest.raises(ExpressionError) as caught:
        template(text).value(scope)
    assert str(caught.value) == message


def test_a_secret_keeps_its_type_and_is_never_printed() -> None:
    value = template("${token}").value(SCOPE)
    assert isinstance(value, Secret)
    assert "hunter2" not in f"{value!r} {value}"


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_either_evaluates_or_raises_an_expression_error(text: str) -> None:
    try:
        template("${" + text + "}").value(SCOPE)
    except ExpressionError:
        return
