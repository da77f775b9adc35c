"""Language-dependent patterns: optional items, alternatives, remarks, abbreviations, emphasis.

Guides in other languages are parsed too; these properties are then unknown.
"""

from __future__ import annotations

import re

OPTIONAL = re.compile(
    r"\b(?:optional(?:ly)?|if (?:you (?:want|like|wish)|needed|necessary|required|desired)|as needed|where needed"
    r"|optionnel(?:lement)?|facultati\w+|au besoin|bei bedarf|opcional(?:mente)?|si es necesario)\b"
    r"|(?=[선필원任必オ可如])(?:선택\s*사항|선택적으로|필요에 따라|필요한 경우|필요하면|원하는 경우|원하면"
    r"|任意|必要に応じて|必要な場合|オプション|可选|如有需要|如果需要|可選)"
)
"""Matches lowercase text."""
ALTERNATIVES = re.compile(
    r"\bone of the (following|options|below)\b|\beither\b|\bdepending on\b|\bchoose one\b"
    r"|중\s*하나|에 따라 (아래|다음)|따라 다음"
    r"|いずれか|に応じて、?(次|以下)"
    r"|以下之一|其中之一|任选其一"
    r"|\bl['’]une des\b|\bselon\b|\beine der\b|\bje nachdem\b|\buna de las\b|\bsegún\b",
    re.IGNORECASE,
)
CONDITION = re.compile(
    r"^\W*(if|when|on|in|with|for)\b|경우|있다면|라면\b|^.{0,60}場合|^\W*(如果|若)|^\W*(si|wenn|falls)\b", re.IGNORECASE
)
REMARK = re.compile(
    r"^(note|notes|tip|important|warning|caution|danger|info|hint|attention|optional|example|remember|prerequisites?"
    r"|참고|주의|중요|경고|팁|선택\s*사항|예시?|필수"
    r"|注意|重要|ヒント|任意|例|メモ|警告|备注|提示|可选"
    r"|hinweis|wichtig|achtung|remarque|important|nota|importante|atención)\s*[:：!！.]?$",
    re.IGNORECASE,
)
STEP_NUMBER = re.compile(
    r"^(?:step|schritt|étape|etape|paso|단계|ステップ|步骤|手順)\s*\d{1,3}\s*[.:：)]?$|^\d{1,3}\s*단계\s*[.:：]?$",
    re.IGNORECASE,
)
"""Bold text that numbers a paragraph (“**Step 1**. Open …”) and names no control."""
ABBREVIATION = re.compile(
    r"(?<!\w)(?:e\. ?g|i\. ?e|cf|vs|approx|incl|z\. ?B|d\. ?h|u\. ?a|bzw|ggf|evtl|inkl|p\. ?ex|p\. ?ej|par ex)\.",
    re.IGNORECASE,
)
"""Abbreviations whose full stop does not end a sentence."""
EMPHASIS = re.compile(
    r"^\W*(do not|don['’]t|never|always|make sure|be sure|be careful|please|you (must|need|should|can|cannot|will))\b"
    r"|\byou (have|are|must|can)\b|지 마|하십시오|해야|마세요|ないで|ください|必ず|请勿|不要|务必"
    r"|^\W*(niemals|immer|bitte|beachten)\b|\b(Sie (müssen|dürfen|sollten)|nicht)\b"
    r"|^\W*(ne |n['’]|veuillez|jamais|assurez)|\bvous (devez|pouvez)\b|^\W*(nunca|asegúrese)\b",
    re.IGNORECASE,
)
"""Phrases of sentences in bold for emphasis; names of controls hardly ever contain them."""

_SCRIPTS = ((re.compile(r"[\uac00-\ud7a3]"), "ko"), (re.compile(r"[\u3040-\u30ff]"), "ja"))


def optional(text: str) -> bool | None:
    """True if the words make the item optional; None if unknown."""
    return True if OPTIONAL.search(text.lower()) else None


def branch(parent: str, siblings: list[str]) -> bool | None:
    """True if the sub-items are alternatives, of which a reader follows one; None if unknown."""
    if ALTERNATIVES.search(parent):
        return True
    if siblings and all(CONDITION.search(text) for text in siblings):
        return True
    return None


def remark(label: str) -> bool:
    """Whether a label starts a remark (“Note:”) and does not name a control."""
    return REMARK.match(label.strip()) is not None


def is_emphasis(sentence: str) -> bool:
    """Whether a formatted complete sentence is formatted for emphasis and does not name a control."""
    text = sentence.strip()
    spaced = any(char.isspace() for char in text)
    long = len(text.split()) if spaced else len(text) // 3
    ended = text[-1:] in ".!?。！？" and not text.endswith("...")
    return long > 6 or (long >= 3 and ended) or (long >= 4 and EMPHASIS.search(text) is not None)


def language_of(text: str) -> str | None:
    """`ko` or `ja` if more than a fifth of the letters are in that script; None otherwise."""
    for script, language in _SCRIPTS:
        written = len(script.findall(text))
        if written and written / sum(map(str.isalpha, text)) > 0.2:
            return language
    return None
