"""Reads and acts on one element: put the caret at the end of a field, read the value that a person sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle

_FOCUS_AT_END = """(field) => {
  const inside = (node) => node !== null && (node === field || field.contains(node));
  if (inside(field.getRootNode().activeElement)) return;
  field.focus();
  if (typeof field.selectionStart === 'number') field.setSelectionRange(field.value.length, field.value.length);
  else if (field.isContentEditable) {
    field.ownerDocument.getSelection().selectAllChildren(field);
    field.ownerDocument.getSelection().collapseToEnd();
  }
}"""


def focus_at_end(field: ElementHandle) -> None:
    """Focus a field with the caret at the end of its text. A field that has the focus keeps its caret."""
    field.scroll_into_view_if_needed()
    field.evaluate(_FOCUS_AT_END)


_SHOWN = """(element) => {
  if (element.matches('select')) return [...element.selectedOptions].map((option) => option.label).join('\\n');
  if (element.matches('input[type=checkbox], input[type=radio]')) return element.checked ? 'on' : 'off';
  const field = element.matches('input, textarea, output, meter, progress');
  return String(field ? element.value : element.innerText ?? element.textContent);
}"""


def shown(control: ElementHandle) -> str:
    """The text that a control shows, trimmed.

    A list with several chosen options gives one option per line; a checkbox or radio button gives `on` or `off`.
    """
    return str(control.evaluate(_SHOWN)).strip()
