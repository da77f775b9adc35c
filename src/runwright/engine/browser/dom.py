"""Small reads and acts on one element: place the caret, read the value that a person sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle

_BEHIND = """(field) => {
  const inside = (node) => node !== null && (node === field || field.contains(node));
  if (inside(field.getRootNode().activeElement)) return;
  field.focus();
  if (typeof field.selectionStart === 'number') field.setSelectionRange(field.value.length, field.value.length);
  else if (field.isContentEditable) {
    field.ownerDocument.getSelection().selectAllChildren(field);
    field.ownerDocument.getSelection().collapseToEnd();
  }
}"""


def caret_behind(field: ElementHandle) -> None:
    """Give a field the focus, with the caret behind its text; in one that has the focus the caret stays."""
    field.scroll_into_view_if_needed()
    field.evaluate(_BEHIND)


_SHOWN = """(element) => {
  if (element.matches('select')) return [...element.selectedOptions].map((option) => option.label).join('\\n');
  if (element.matches('input[type=checkbox], input[type=radio]')) return element.checked ? 'on' : 'off';
  const field = element.matches('input, textarea, output, meter, progress');
  return String(field ? element.value : element.innerText ?? element.textContent);
}"""


def shown(control: ElementHandle) -> str:
    """The text, without spaces around it. Where a list has several chosen, one a line; of a box, `on` or `off`."""
    return str(control.evaluate(_SHOWN)).strip()
