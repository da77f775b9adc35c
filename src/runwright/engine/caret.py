"""Where a text goes that is typed or pasted: behind what stands in a field, unless somebody is at work in it."""

from __future__ import annotations

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
