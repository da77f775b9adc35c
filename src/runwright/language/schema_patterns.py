"""Regular expressions for one-line values of the language, used by the JSON Schema in editors.

The loader reads every text that matches. Some rare texts that the loader accepts do not match: more than one level of
parentheses, comparisons inside a name, `$${` in a name, unusual parts of regular expressions. Python and JavaScript,
with the `u` flag or without, interpret the patterns alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from keyword import kwlist

from runwright.language.expressions import FILTERS
from runwright.language.key_names import MODIFIERS, NAMES
from runwright.language.targets import OTHERS, ROLES, STATES


def whole(pattern: str) -> str:
    """The pattern for a whole value (`$` alone also matches before a final line break)."""
    return rf"^(?:{pattern})$(?!\n)"


def _one_of(patterns: Iterable[str]) -> str:
    return "(?:" + "|".join(patterns) + ")"


NAME = r"[A-Za-z][A-Za-z0-9_]*"
VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
SECONDS = r" *(?=[0-9.]*[1-9])[0-9]+(?:\.[0-9]+)? *(?:ms|s|min|m) *"
POINT = r" *-?[0-9]+(?:\.[0-9]+)? *, *-?[0-9]+(?:\.[0-9]+)? *"
_SIDE = r"(?:[2-9][0-9]{2}|[1-4][0-9]{3})"
WINDOW = rf"{_SIDE}x{_SIDE}"
LOCALE = r"[a-z]{2,3}(?:-[A-Z]{2})?"
INTEGER = r"-?[0-9]{1,9}"
YES = "(?:[Yy]es|[Oo]n|[Tt]rue)"
NO = "(?:[Nn]o|[Oo]ff|[Ff]alse)"
SWITCH = f"(?:{YES}|{NO})"
COMMAND = r"""[^\s"'\\#$][^"'\\$\u0000-\u001f]*"""
ARGUMENT = r"[^\s$][^$]*"

# Expressions: NAME.part[0] | filter == 'text' and not …

_KEYWORDS = _one_of(sorted(set(kwlist) - {"True", "False", "None"}))
_NUMBER = r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,6})?"
_SINGLE = r"'[^'\\\u0000-\u001f]*'"
_DOUBLE = r'"[^"\\\u0000-\u001f]*"'
_FILTERS = rf"(?: *[|] *{_one_of(sorted(FILTERS))}(?![A-Za-z0-9_]))*"


def _named_value(texts: str) -> str:
    """A name with its attributes and indexes; ``texts`` is the pattern of a quoted text in it."""
    word = rf"(?!{_KEYWORDS}(?![A-Za-z0-9_])){VARIABLE}"
    return rf"{word}(?:\.[A-Za-z][A-Za-z0-9_]*|\[(?:[0-9]|[1-9][0-9]{{1,4}}|{texts})\])*"


def _joined(atom: str) -> str:
    between = r"(?: *(?:==|!=|<=|>=|<|>) *| +(?:not +)?in +| +(?:and|or) +(?:not +)*)"
    return rf"(?:not +)*{atom}(?:{between}{atom})*"


_QUOTED = _one_of((_SINGLE, _DOUBLE))
_ITEM = _one_of((_QUOTED, _NUMBER))
_ATOM = _one_of((_named_value(_QUOTED), _ITEM, rf"\[(?: *{_ITEM} *(?:,|(?=\])))* *\]")) + _FILTERS
_FULL = _joined(rf"(?:{_ATOM}|[(] *{_joined(_ATOM)} *[)])")
EXPRESSION = rf"\$\{{ *{_FULL} *\}}"
LOOP = rf"{VARIABLE} in {EXPRESSION}"
_PLAIN = r"[^$]|\$(?!\$?\{)|\$\$\{"
TEMPLATE = rf"(?:{_PLAIN}|{EXPRESSION})*"
ORIGIN = rf"(?:https?://(?:[^/\s$*@?#]|\$(?!\$?\{{))+/?|(?:{_PLAIN})*{EXPRESSION}{TEMPLATE})"
KEYS = rf"(?:(?:{'|'.join(MODIFIERS)})\+)*(?:{'|'.join(NAMES)}|[ -~])|{EXPRESSION}"
PLACE = rf" *{VARIABLE}(?: +(?:/|{EXPRESSION}){TEMPLATE})?"

# Regular expressions; `slash` is the slash where it must be escaped, else empty

_TIMES = r"(?:[*+?]|\{[0-9]{1,3}\}|\{[0-9]{1,3},\}|\{[0-4],[5-9]\}|\{[0-9],[1-9][0-9]\})[?]?"
_ESCAPED = r"\\[dDwWsS.^$*+?{}()\[\]|/\\]"
_RANGES = "a-z|A-Z|0-9|a-f|A-F|가-힣|ぁ-ゖ|ァ-ヺ|一-龯"


def _regex(slash: str) -> str:
    literal = rf"[^\\{slash}.^$*+?{{}}()\[\]|\u0000-\u001f]"
    listed = rf"(?:{_RANGES}|[^\\{slash}\[\]^&~|\-\u0000-\u001f]|{_ESCAPED})"
    part = rf"(?:(?:{literal}|{_ESCAPED}|\[\^?{listed}+-?\]|[.])(?:{_TIMES})?|\^|\$|\\[bB]|[|])"
    return rf"(?:[(][?][ims]+[)])?(?:{part}|[(](?:[?][:=!])?{part}*[)](?:{_TIMES})?)*"


REGEX = _regex("")

# Targets and conditions


def _text(expression: str) -> str:
    """A text in double quotes, in a target."""
    return rf'"(?:[^"\\$]|\$(?!\$?[{{\\])|\\[^${{\u0000-\u001f]|\$\{{ *{expression}{_FILTERS} *\}})*"'


_STRING = _text(_named_value(_QUOTED))
_NTH = r"\[ *nth *= *[1-9][0-9]{0,3} *\]"


def _states(names: Iterable[str]) -> str:
    """States in brackets: these names, `level` and what compares a value."""
    text = _text(_named_value(_SINGLE))
    value = rf"value(?: *!?= *{text}| +(?:starting|containing) *{text}| */{_regex('/')}/)"
    return rf"\[ *(?:{_one_of(names)}(?: *= *(?:true|false|mixed))?|level *= *[1-9][0-9]{{0,3}}|{value}) *\]"


_NAMED = rf"(?:(?: *| +(?:starting|containing) *){_STRING}| */{_regex('/')}/)"
_ROLE = _one_of((*sorted(ROLES), "iframe", rf'{_one_of(sorted(OTHERS.keys() - {"iframe"}))}(?= *["/s]| +c)'))
_TEXT = rf"(?: +with_text *{_STRING})"
_NAMES = rf"(?:{_NAMED}(?: +or{_NAMED})*)"
_HEAD = rf"(?:{_one_of(sorted(ROLES))}{_NAMES}?{_TEXT}|{_ROLE}{_NAMES}?)(?: *(?:{_states(STATES)}|{_NTH}))*"
_ANCHOR_STATE = _states([each for each in STATES if each not in ("checked", "unchecked", "pressed")])
_ANCHOR = rf"(?:{_one_of(sorted(ROLES))}{_NAMES}?{_TEXT}|{_ROLE}(?:{_NAMES}|(?: *{_NTH})?))(?: *{_ANCHOR_STATE})*"
_HEADS = rf"{_HEAD}(?: +or +{_HEAD})*"
_NARROW = rf"(?: +(?:in|near|before) +{_ANCHOR}(?: +or +{_ANCHOR})*)"
_COLUMN = rf"(?: +column *{_STRING})"
_FRONT = r"(?: +in +front)"
_INNER = rf"{_HEADS}{_COLUMN}?{_FRONT}?{_NARROW}?"
_OTHER = rf"(?: +(?:in|near|before) *[(] *{_INNER} *[)])"
_TARGET = (
    rf"{_HEADS}(?:(?:{_COLUMN}(?: *{_NTH})?)?{_FRONT}?(?:{_NARROW}*|{_OTHER}?)|{_NARROW}+{_COLUMN})(?: *{_NTH})? *"
)
TARGET = rf" *{_TARGET}"
_COUNT = rf"count of +{_HEADS}{_COLUMN}?{_FRONT}?{_NARROW}? is (?:[0-9]{{1,6}}|{EXPRESSION})"
CONDITION = _one_of((rf" *(?:(?:no|loaded) +)?{_TARGET}", _COUNT, rf"(?:url|title) {TEMPLATE}", EXPRESSION))
