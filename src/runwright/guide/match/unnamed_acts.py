"""Acts that an item tells its reader without the name of a control: “click an empty place”, “open the menu”."""

from __future__ import annotations

import re

from runwright.guide.parse.guide_model import Item, Label, Value

_FIRST = re.compile(
    r"\b(?:double-?click|right-?click|click|press|tap|choose|select|pick|open|close|dismiss|drag|drop|type|enter|fill"
    r"|paste|put|use|confirm|submit|save|add|remove|delete|apply|accept|attach|mark|set|turn|switch|tick|check|uncheck|clear|hover|scroll|move|connect|place|expand|collapse|upload"
    r"|klicken|klicke|wählen|wähle|drücken|drücke|öffnen|öffne|schließen|schließe|ziehen|ziehe|tippen|tippe|geben|gib"
    r"|fügen|füge|setzen|setze"
    r"|cliquez|appuyez|choisissez|sélectionnez|ouvrez|fermez|glissez|saisissez|collez|cochez|décochez|déplacez"
    r"|haga clic|haz clic|pulse|seleccione|elija|abra|cierre|arrastre|escriba|pegue|marque)\b"
    r"|点击|单击|點擊|双击|选择|選擇|按下|打开|關閉|关闭|拖|输入|粘贴|勾选",
    re.IGNORECASE,
)
"""Acts that stand before what they are done to."""
_LAST = re.compile(
    r"클릭|선택|누르|누릅|눌러|누른|열고|열어|엽니|여세|닫고|닫아|닫습|닫으|끌어|끌고|끕니|놓습|놓고|놓으|입력|적습|적으"
    r"|붙여|켜고|켭니|켜세|끄고|옮기|옮깁|연결합|연결하|바꿉|바꾸고|바꾸세|해제|확인하|확인합|저장|추가|삭제|제출|체크|펼치|펼칩"
    r"|クリック|選択し|選び|押し|押す|開き|開く|閉じ|ドラッグ|入力し|入力する|タップ|貼り付け|オンに|オフに"
)
"""Acts that stand behind what they are done to."""
_SENTENCE = re.compile(r"[.!?;](?=\s|$)|[。！？]")
_ONE = 3
"""Characters between two words of one act: `끌어다 놓습니다`."""
_NAMED = "\ue100"


def unnamed_acts(item: Item) -> int | None:
    """How many acts of the item have no label or value; None when its words are of no known language."""
    text = item.text
    mentions: list[Label | Value] = [*item.labels, *item.values]
    for mention in sorted(mentions, key=lambda each: (each.line, each.column)):
        text = text.replace(mention.text, _NAMED, 1)
    last = [match.span() for match in _LAST.finditer(text)]
    first = [] if last else [match.span() for match in _FIRST.finditer(text)]
    if not last and not first:
        return None
    ends = [match.end() for match in _SENTENCE.finditer(text)]
    count = 0
    for at, (start, end) in enumerate(last):
        if at and start - last[at - 1][1] <= _ONE:
            continue
        begin = max([0, *(before for _, before in last[:at][-1:]), *(each for each in ends if each <= start)])
        count += _NAMED not in text[begin:end]
    for at, (start, end) in enumerate(first):
        until = min(
            [len(text), *(after for after, _ in first[at + 1 : at + 2]), *(each for each in ends if each >= end)]
        )
        count += _NAMED not in text[start:until]
    return count
