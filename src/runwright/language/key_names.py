"""Key names for `press`: the values of the DOM's `KeyboardEvent.key` and `.code`, joined by `+`."""

from __future__ import annotations

from runwright.language.diagnostics import nearest
from runwright.language.fields import FieldError, Keys

MODIFIERS = ("Control", "Shift", "Alt", "Meta", "ControlOrMeta")
"""Keys held while another key is pressed; ControlOrMeta is Meta on a Mac and Control elsewhere."""
CHARACTERS = "".join(map(chr, range(0x20, 0x7F)))
"""Keys named by the character they type on a US keyboard."""
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
"""All other keys. Source: https://playwright.dev/python/docs/api/class-keyboard and its keyboard layout."""
_EXAMPLES = "Write a key name such as Enter, Tab, Escape, ArrowDown, a or Control+a."
_KNOWN = frozenset((*MODIFIERS, *CHARACTERS, *NAMES))
_ALIASES = {
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
"""Names on keyboards and in other tools."""


def parse_keys(text: str) -> Keys:
    """Parse `Control+a`. Raises FieldError for an unknown key."""
    for key in _keys_of(text):
        if key in _KNOWN:
            continue
        if not key:
            raise FieldError(f"`{text}` does not name a key.", _EXAMPLES)
        similar = [_ALIASES[key.lower()]] if key.lower() in _ALIASES else nearest(key, NAMES)
        raise FieldError(f"Unknown key `{key}`.", f"Write `{similar[0]}`." if similar else _EXAMPLES)
    return Keys(text)


def _keys_of(text: str) -> list[str]:
    """The keys that `+` joins; a `+` where a key is expected is the key `+` itself."""
    keys = [""]
    for char in text:
        if char == "+" and keys[-1]:
            keys.append("")
        else:
            keys[-1] += char
    return keys
