"""What a control shows, as people read it: a field's value, the option that is chosen, else its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle

_SHOWN = """(element) => {
  if (element.matches('select')) return [...element.selectedOptions].map((option) => option.label).join('\\n');
  if (element.matches('input[type=checkbox], input[type=radio]')) return element.checked ? 'on' : 'off';
  const field = element.matches('input, textarea, output, meter, progress');
  return String(field ? element.value : element.innerText ?? element.textContent);
}"""


def shown(control: ElementHandle) -> str:
    """The text, without spaces around it. Where a list has several chosen, one a line; of a box, `on` or `off`."""
    return str(control.evaluate(_SHOWN)).strip()
