"""The effect of a drag: whether what was dragged, what it was in, or the drop target is other than before."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from runwright.engine.browser.page_scripts import DRAG_EFFECT

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle


class DragEffect:
    """What a drag may change, as it is right before the drag. Changes elsewhere on the page are no effect of it."""

    def __init__(self, control: ElementHandle) -> None:
        self._before = control.evaluate_handle(DRAG_EFFECT)
        self._aimed = False

    @property
    def aimed(self) -> bool:
        """Whether the drop target is known."""
        return self._aimed

    def aim(self, target: ElementHandle) -> None:
        """Note the drop target as it is now; one in another frame cannot be compared."""
        from playwright.sync_api import Error

        with suppress(Error):
            self._before.evaluate("(before, target) => before.aim(target)", target)
        self._aimed = True

    def seen(self, right: float, below: float) -> bool:
        """Whether a drag by so many pixels had an effect. A page that was left by it had one."""
        from playwright.sync_api import Error

        try:
            return bool(self._before.evaluate("(before, by) => before.moved(...by)", [right, below]))
        except Error:
            return True
