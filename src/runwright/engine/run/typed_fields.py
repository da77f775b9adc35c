"""The fields into which secrets were typed: screenshots show none of them, whatever the page made of what was typed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from playwright.sync_api import ElementHandle, Error, Page

from runwright.engine.errors import StepFailed
from runwright.engine.secrets.secret_forms import fold
from runwright.engine.secrets.vault import SecretRefused, Vault
from runwright.engine.site_origins import Sites
from runwright.language.secret_value import Secret
from runwright.language.targets import Target

LEAST = 6
"""Letters and digits from which what a field made of a secret is looked for elsewhere."""
SIMILAR = 0.6
"""The share of a secret that a text has in common with it, if a field made the text of it."""
_TEXTS = """(_, fields) => fields.map((field, at) =>
  field.isConnected && fields.indexOf(field) === at ? String(field.value ?? field.innerText ?? '') : null)"""
"""The text of each field, null for one that is gone or stands in the list already."""


@dataclass
class _TypedField:
    """One field: the element that it was, and the target that means it once the page was loaded again."""

    secret: Secret
    place: str
    target: Target | None
    control: ElementHandle | None
    """None once its document is gone."""


class TypedFields:
    """Remembers each field into which a secret was typed, for the rest of the run."""

    def __init__(self, vault: Vault, sites: Sites, matches: Callable[[Target], list[ElementHandle]]) -> None:
        """``matches`` returns the controls of the current page that match a target."""
        self._vault = vault
        self._sites = sites
        self._matches = matches
        self._fields: dict[tuple[str, str, str], _TypedField] = {}

    def reveal(self, secret: Secret, control: ElementHandle, target: Target | None, page: Page) -> str:
        """The value, to be typed into a control of the page, which ``target`` means.

        Raises StepFailed if `typed_at` does not allow it there.
        """
        frame = control.owner_frame()
        try:
            text = self._vault.reveal(secret, self._sites, frame.url if frame else "", page.url)
        except SecretRefused as refused:
            raise StepFailed(str(refused)) from None
        own = control.evaluate_handle("(field) => field").as_element()  # a step disposes of its control
        place = _place(page)
        if own is not None:
            key = str(target) if target is not None else f"{len(self._fields)}"
            self._fields[secret.name, place, key] = _TypedField(secret, place, target, own)
        return text

    def current(self, page: Page) -> list[tuple[str, ElementHandle]]:
        """The fields that are on the current page and hold a text, each with the name of its secret.

        What a field made of its secret is from now on found like the secret: another page may repeat it.
        """
        found: list[tuple[str, ElementHandle]] = []
        for field in self._fields.values():
            handles = [field.control] if field.control is not None else []
            if field.target is not None and field.place == _place(page):
                with suppress(Error):  # the page navigates
                    handles += self._matches(field.target)
            texts = _texts(handles)
            if texts is None:  # one of them is gone, or in another document
                alone = [_texts([handle]) for handle in handles]
                texts = [each[0] if each is not None else None for each in alone]
                if field.control is not None and alone[0] is None:
                    field.control = None
            for handle, text in zip(handles, texts, strict=True):
                if text:
                    self._learn(field.secret, text)
                    found.append((field.secret.name, handle))
        return found

    def _learn(self, secret: Secret, text: str) -> None:
        folded = fold(text)
        if len(folded) < LEAST or self._vault.find(text):
            return
        if SequenceMatcher(None, folded, fold(secret.reveal()), autojunk=False).ratio() >= SIMILAR:
            self._vault.add_form(secret, text)


def _texts(handles: list[ElementHandle]) -> list[str | None] | None:
    """The text of each field, None for one that is out of the page or the same as one before; None if one is gone."""
    if not handles:
        return []
    with suppress(Error):
        texts: list[str | None] = handles[-1].evaluate(_TEXTS, handles)
        return texts
    return None


def _place(page: Page) -> str:
    """The page's address without query and fragment."""
    return urlsplit(page.url)._replace(query="", fragment="").geturl()
