"""Rivals: the controls of a page that a reader can take for the one that an item means, and what tells them apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from runwright.guide.match import name_match
from runwright.guide.match.item_match import Mention
from runwright.guide.match.item_words import TYPING
from runwright.guide.match.observations import ObservedControl, ObservedStep
from runwright.guide.match.reader_actions import anchors, is_target, reachable_controls, same_named
from runwright.guide.parse.guide_model import Item, Label

_TYPED = frozenset({"textbox", "searchbox", "combobox", "spinbutton"})
_SWITCHED = frozenset({"checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"})
_LISTS = frozenset({"combobox", "listbox"})
_ENTRIES = frozenset({"menuitem", "menuitemcheckbox", "menuitemradio", "option", "link"})
_WORDS: tuple[tuple[str, frozenset[str]], ...] = (
    (r"menu (?:item|entry)|menüeintrag|메뉴 항목|メニュー項目|élément de menu|entrada de menú|菜单项", _ENTRIES),
    (
        r"check ?box|tick ?box|kontrollkästchen|case à cocher|casilla|체크 ?박스|확인란|チェックボックス|复选框",
        _SWITCHED,
    ),
    (r"radio(?: button)?|라디오 버튼|ラジオボタン|单选按钮", frozenset({"radio", "menuitemradio"})),
    (r"switch|toggle|schalter|토글|스위치|スイッチ|トグル|开关", _SWITCHED | {"button"}),
    (r"button|schaltfläche|bouton|botón|버튼|ボタン|按钮", frozenset({"button"})),
    (r"(?:hyper)?link|lien|enlace|링크|リンク|链接", frozenset({"link"})),
    (r"tab|reiter|onglet|pestaña|탭|タブ|选项卡|标签页", frozenset({"tab", "link", "button"})),
    (
        r"drop-?down|(?:select(?:ion)? |drop-?down )?list|(?:auswahl)?liste|lista|목록|リスト|列表|下拉",
        _LISTS | {"button"},
    ),
    (
        r"(?:text |input |search |number )?(?:field|box)|text ?area|input|(?:eingabe)?feld|champ|campo"
        r"|필드|입력란|입력 칸|칸|상자|フィールド|欄|输入框|文本框|字段",
        _TYPED,
    ),
)
"""Words for the kind of a control, the longer ones first, and the roles that they may mean."""
_BEHIND = [(re.compile(rf"^[\s\"'”’」』»›*]*(?:{words})(?![a-z])", re.I), roles) for words, roles in _WORDS]
_BEFORE = [
    (re.compile(rf"(?<![a-zäöüéñ])(?:{words})[\s\"'“‘„「『«‹*:]*(?:called |named |labell?ed |namens )?$", re.I), roles)
    for words, roles in _WORDS
]
_POSITION = re.compile(
    r"\b(?:first|second|third|fourth|last|topmost|uppermost|lowest|top|bottom|upper|lower|left|right|above|below|beneath"
    r"|beside|next to|underneath|corner|header|footer|side ?bar|tool ?bar|same row|that row"
    r"|erste[nrs]?|zweite[nrs]?|letzte[nrs]?|oben|unten|obere[nrs]?|untere[nrs]?|links|rechts|linke[nrs]?|rechte[nrs]?"
    r"|neben|premi(?:er|ère)|deuxième|derni(?:er|ère)|haut|bas|gauche|droite|dessus|dessous"
    r"|primer[oa]?|segund[oa]|últim[oa]|arriba|abajo|izquierda|derecha|superior|inferior)\b"
    r"|첫 ?번째|두 ?번째|세 ?번째|마지막|맨 위|맨 아래"
    r"|위쪽|위에|위의|아래쪽|아래에|아래의|왼쪽|오른쪽|옆에|옆의|상단|하단"
    r"|最初|最後|番目|[上下左右横隣](?:の|に|側|端|部)|第[一二三]|最后|[左右上下][侧边方]|顶部|底部|旁边",
    re.IGNORECASE,
)
"""Words that tell one of several equal controls by its position."""
_SENTENCE = re.compile(r"[.!?;](?=\s|$)|[。！？]")
_NEAR = 60
"""Characters before and behind a label that are searched for the word for its kind."""
_PLACES = frozenset({"heading", "row", "dialog", "alertdialog"})
"""What tells a reader where a control stands."""


def rivals(item: Item, mention: Mention, step: ObservedStep) -> list[ObservedControl]:
    """The controls that the item may mean with a label or value: by its words, and by what the reader does there.

    Fewer than two where the item tells them apart.
    """
    found = same_named(step, mention.text)
    if isinstance(mention, Label):
        found = _narrowed(found, step, _roles(mention))
    if step.verb in TYPING:
        found = _narrowed(found, step, _TYPED)
    if step.verb == "set":
        found = _narrowed(found, step, _SWITCHED)
    meant = [control for control in found if is_target(step, control)]
    return meant[:1] if meant and len(found) > 1 and _distinguished(item, mention, step, found) else found


def place(step: ObservedStep, control: ObservedControl) -> str | None:
    """The name of the heading, row or dialog that a control stands behind; None when there is none."""
    last: str | None = None
    for each in step.offered:
        if each is control:
            return last
        if each.role in _PLACES and name_match.printable(each.name or each.label):
            last = each.name or each.label
    return None


def _narrowed(found: list[ObservedControl], step: ObservedStep, roles: frozenset[str] | None) -> list[ObservedControl]:
    """The controls with one of the roles, as long as the step's own control may be among them."""
    if roles is None:
        return found
    fitting = [control for control in found if control.role in roles]
    return fitting if any(is_target(step, control) for control in fitting) else found


def _roles(label: Label) -> frozenset[str] | None:
    """The roles that the word before or behind a label names: “the **Save** button”, “the field **Name**”."""
    return _roles_between(label.before[-_NEAR:], label.after[:_NEAR])


@lru_cache(maxsize=20_000)
def _roles_between(before: str, after: str) -> frozenset[str] | None:
    for pattern, roles in _BEHIND:
        if pattern.search(after):
            return roles
    last = _SENTENCE.split(before)[-1]
    for pattern, roles in _BEFORE:
        if pattern.search(last):
            return roles
    return None


def _distinguished(item: Item, mention: Mention, step: ObservedStep, found: Iterable[ObservedControl]) -> bool:
    """Whether the item names the place of one of several equal controls, or its position among them."""
    if isinstance(mention, Label):
        sentence = f"{_SENTENCE.split(mention.before)[-1]} {_SENTENCE.split(mention.after)[0]}"
        if _POSITION.search(sentence):
            return True
    controls = _in_order(step, found)
    places = [place(step, control) for control in controls]
    rest = item.text
    for label in item.labels:
        rest = rest.replace(label.text, " ", 1)
    words = [label.text for label in item.labels if label is not mention] + [value.text for value in item.values]
    for each in {name for name in places if name is not None and places.count(name) == 1}:
        if any(name_match.names(word, each) for word in words) or name_match.mentions(rest, each):
            return True
        if any(part and (part in words or name_match.mentions(rest, part)) for part in _first_words(each)):
            return True
    where = [anchor for anchor in anchors(step) if not name_match.same(anchor, mention.text)]
    return any(
        name_match.mentions(rest, anchor) or any(name_match.names(word, anchor) for word in words) for anchor in where
    )


def _first_words(name: str) -> list[str]:
    """The beginnings of the name of a row, which has the texts of all of its cells."""
    parts = name.split()
    return [" ".join(parts[:size]) for size in (1, 2, 3) if size < len(parts) and len(" ".join(parts[:size])) > 3]


def _in_order(step: ObservedStep, found: Iterable[ObservedControl]) -> list[ObservedControl]:
    wanted = {id(control) for control in found}
    return [control for control in reachable_controls(step) if id(control) in wanted]
