"""Reads and acts on one element: put the caret at the end of a field, read the value that a person sees."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from runwright.engine.browser.page_scripts import LIBRARY

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle

Box = tuple[float, float, float, float]
"""x, y, width, height in CSS pixels, from the viewport's corner."""
RootsSeen: TypeAlias = tuple[bool | None, str]
"""Whether a script of a document may have attached a closed shadow root, None if unknown; the document's address."""
PageObservation: TypeAlias = tuple[str, int, list[tuple[str, str]], Box | None, RootsSeen]
"""One document: its title, count of DOM changes, texts that may be credentials with their labels, the control's box."""

_FOCUS_AT_END = """(field) => {
  const inside = (node) => node !== null && (node === field || field.contains(node));
  if (inside(field.getRootNode().activeElement)) return;
  field.scrollIntoViewIfNeeded?.();
  field.focus();
  if (typeof field.selectionStart === 'number') field.setSelectionRange(field.value.length, field.value.length);
  else if (field.isContentEditable) {
    field.ownerDocument.getSelection().selectAllChildren(field);
    field.ownerDocument.getSelection().collapseToEnd();
  }
}"""


def focus_at_end(field: ElementHandle) -> None:
    """Focus a field with the caret at the end of its text. A field that has the focus keeps its caret."""
    field.evaluate(_FOCUS_AT_END)


_SHOWN = f"(element) => ({LIBRARY}).value(element)"


def box_of(element: ElementHandle) -> Box | None:
    """The box of an element in the window, of an element in a frame as well; None if it is gone or not rendered."""
    from playwright.sync_api import Error

    with suppress(Error):
        box = element.bounding_box()
        return (box["x"], box["y"], box["width"], box["height"]) if box is not None else None
    return None


def shown(control: ElementHandle) -> str:
    """What a person reads in a control, trimmed.

    Of a list the text of the chosen option, of several joined by a comma; of a checkbox, switch or radio button `on` or
    `off`; of a field what is written in it.
    """
    return str(control.evaluate(_SHOWN)).strip()
