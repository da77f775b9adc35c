"""Keys and their names, as `press` takes them: those of the DOM's `KeyboardEvent.key` and `.code`, joined by `+`."""

from __future__ import annotations

from runwright.language.diagnostics import nearest
from runwright.language.fields import FieldError, Keys

MODIFIERS = ("Control", "Shift", "Alt", "Meta", "ControlOrMeta")
"""Those that are held while another key is pressed; the last is Meta on a Mac and Control elsewhere."""
SIGNS = "".join(map(chr, range(0x20, 0x7F)))
"""Keys that bear the sign they write, as a keyboard of the United States has them."""
NAMES = (
    *["Enter", "Tab", "Escape", "Backspace", "Delete", "Insert", "Space", "Home", "End", "PageUp", "PageDown"],
    *["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"],
    *(f"F{number}" for number in range(1, 13)),
    *["CapsLock", "NumLock", "ScrollLock", "PrintScreen", "Pause", "ContextMenu", "AltGraph"],
    *(f"{name}{side}" for name in ("Control", "Shift", "Alt", "Meta") for side in ("Left", "Right")),
    *(f"Key{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    *(f"Digit{number}" for number in range(10)),
    *["Backquote", "Minus", "Equal", "BracketLeft", "BracketRight", "Backslash"],
    *["Semicolon", "Quote", "Comma", "Period", "Slash"],
    *(f"Numpad{number}" for number in range(10)),
    *(f"Numpad{name}" for name in ["Divide", "Multiply", "Subtract", "Add", "Decimal", "Enter"]),
    *["AudioVolumeMute", "AudioVolumeDown", "AudioVolumeUp", "MediaTrackNext", "MediaTrackPrevious", "MediaPlayPause"],
)
"""The others. Source: https://playwright.dev/python/docs/api/class-keyboard, and the layout that it knows."""
_LIKE = "Keys are called Enter, Tab, Escape, ArrowDown, a, Control+a."
_KNOWN = frozenset((*MODIFIERS, *SIGNS, *NAMES))
_ELSEWHERE = {
    "ctrl": "Control",
    "strg": "Control",
    "cmd": "Meta",
    "command": "Meta",
    "win": "Meta",
    "option": "Alt",
    "esc": "Escape",
    "return": "Enter",
    "del": "Delete",
    "up": "ArrowUp",
    "down": "ArrowDown",
    "left": "ArrowLeft",
    "right": "ArrowRight",
}
"""What they are called on keyboards and by other tools."""


def parse_keys(text: str) -> Keys:
    """Read `Control+a`. Raises FieldError when one of the keys is none."""
    for key in _keys_of(text):
        if key in _KNOWN:
            continue
        if not key:
            raise FieldError(f"`{text}` names no key.", _LIKE)
        like = [_ELSEWHERE[key.lower()]] if key.lower() in _ELSEWHERE else nearest(key, NAMES)
        raise FieldError(f"There is no key `{key}`.", f"Write `{like[0]}`." if like else _LIKE)
    return Keys(text)


def _keys_of(text: str) -> list[str]:
    """The keys that `+` joins; the key `+` itself stands where one is wanted."""
    keys = [""]
    for sign in text:
        if sign == "+" and keys[-1]:
            keys.append("")
        else:
            keys[-1] += sign
    return keys
