"""Derives from the words around a label what a reader does with the control, and its role; None where unclear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from runwright.guide.parse.guide_model import Label

Verb = Literal["click", "fill", "set on", "set off"]


@dataclass(frozen=True)
class Instruction:
    """What a reader does with the control of a label. The role is None if the words do not name it."""

    verb: Verb
    role: str | None = None
    clause: str = ""
    """The words of the instruction; they may contain the value."""


_I = re.IGNORECASE
_CLICK = re.compile(
    r"\b(?:click|press|tap|choose|select|pick|hit)(?: on)?(?: the| your)?(?: button| link)?$"
    r"|\b(?:klicken sie auf|klicke auf|wählen sie|wähle|drücken sie|tippen sie auf)(?: die| den| das)?$"
    r"|\b(?:cliquez sur|appuyez sur|choisissez|sélectionnez)(?: le| la| les)?$"
    r"|\b(?:haga clic en|haz clic en|pulse|seleccione|elija)(?: el| la)?$"
    r"|(?:点击|单击|點擊|选择|選擇|按下)$",
    _I,
)
_CLICK_AFTER = re.compile(
    r"^(?:버튼|링크|탭)?\s*[을를]?\s*(?:클릭|누르|누릅|눌러|선택)|^(?:ボタン|リンク|タブ)?\s*を?\s*(?:クリック|押|選択|タップ)",
    _I,
)
_FILL = re.compile(
    r"\b(?:fill in|fill|fill out|complete)(?: the| your)?$|\b(?:füllen sie|remplissez|rellene)(?: das| le| el)?$", _I
)
_FILL_INTO = re.compile(
    r"\b(?:enter|type|paste|put|write)\b.{1,80}\b(?:in|into|as)(?: the| your)?"
    r"(?:(?: text)? (?:box|field) (?:after|behind|beside|next to|right of|below|under|above|before))?(?: the)?$",
    _I,
)
_FILL_AFTER = re.compile(
    r"^(?:(?:바로\s*)?(?:뒤|옆|다음|아래|위|앞|오른쪽|왼쪽)(?:의|에 있는)\s*)?"
    r"(?:필드|입력란|칸|상자)?\s*에\s.{0,60}(?:입력|적[으습어]|붙여)"
    r"|^(?:フィールド|欄)?に.{0,60}(?:入力|貼り付け)"
)
_ON = re.compile(r"\b(?:turn on|switch on|toggle on|enable|activate|tick)(?: the| your)?$", _I)
_ON_AFTER = re.compile(r"^\s*[을를]?\s*(?:켜|켭|활성화)|^\s*を?\s*(?:オン|有効)")
_OFF = re.compile(r"\b(?:turn off|switch off|toggle off|disable|deactivate|untick|uncheck)(?: the| your)?$", _I)
_OFF_AFTER = re.compile(r"^\s*[을를]?\s*(?:끄|끕|비활성화)|^\s*を?\s*(?:オフ|無効)")
_NOT_PRESSED = re.compile(
    r"^(?:from|in|into|as|under|for|to|(?:drop-?down|list|menu|page|section|screen|area|dialog|window|panel)\b)", _I
)
"""What follows the name of an option, a value or a place. None of these is a control to press."""
_CONTINUATION = re.compile(r"^[\s,]*(?:and|then|and then|및|und|dann|et|puis|y|luego)?[\s,]*$", _I)
_ROLES = (
    (re.compile(r"^(?:button\b|버튼|ボタン|schaltfläche\b|bouton\b|botón\b|按钮)", _I), "button"),
    (re.compile(r"^(?:link\b|hyperlink\b|링크|リンク|enlace\b|lien\b|链接)", _I), "link"),
    (re.compile(r"^(?:tab\b|탭|タブ)", _I), "tab"),
    (re.compile(r"^(?:check ?box\b|체크박스|チェックボックス|kontrollkästchen\b)", _I), "checkbox"),
    (re.compile(r"^(?:switch\b|toggle\b|토글|スイッチ|トグル|schalter\b)", _I), "switch"),
    (re.compile(r"^(?:(?:text |input )?field\b|text ?box\b|input\b|필드|입력란)", _I), "textbox"),
    (re.compile(r"^(?:フィールド|欄|feld\b|champ\b|campo\b)", _I), "textbox"),
)
_CLAUSE_END = re.compile(r"[.;!?。！？]\s")
_QUOTES = " \t\n\"'“”„‘’‚«»‹›「」『』\ue000"


def instructions(labels: Sequence[Label]) -> list[Instruction | None]:
    """What a reader does with each label of an item; None where the words are not clear."""
    found: list[Instruction | None] = []
    for index, label in enumerate(labels):
        last = labels[index - 1] if index else None
        if last is not None and len(label.before) > len(last.before) and label.before.startswith(last.before):
            found.append(_instruction(label, last.after.lstrip(_QUOTES), found[-1]))
        else:  # the first label of its paragraph
            found.append(_instruction(label, label.before.strip(_QUOTES), None))
    return found


def _instruction(label: Label, lead: str, previous: Instruction | None) -> Instruction | None:
    return None if label.kind == "kbd" else _read(lead, label.after, previous)


@lru_cache(maxsize=20_000)
def _read(lead: str, after: str, previous: Instruction | None) -> Instruction | None:
    lead = _CLAUSE_END.split(lead)[-1].rstrip(_QUOTES)
    tail = _CLAUSE_END.split(after.lstrip(_QUOTES))[0]
    role = next((role for pattern, role in _ROLES if pattern.search(tail)), None)
    into = _FILL_INTO.search(lead)
    if _NOT_PRESSED.search(tail) and into is None:
        return None
    if role == "textbox" or into is not None or _FILL.search(lead) or _FILL_AFTER.search(tail):
        return Instruction("fill", "textbox", f"{into[0] if into is not None else ''} {tail}")
    if _OFF.search(lead) or _OFF_AFTER.search(tail):
        return Instruction("set off", role)
    if _ON.search(lead) or _ON_AFTER.search(tail) or role in ("checkbox", "switch"):
        return Instruction("set on", role)
    if _CLICK.search(lead) or _CLICK_AFTER.search(tail):
        return Instruction("click", role)
    if previous is not None and _CONTINUATION.search(lead):
        return Instruction(previous.verb, role or previous.role, "")
    return None
