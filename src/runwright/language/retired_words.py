"""Retired YAML keys, verbs, values, options and commands, each with the word that replaced it.

The validator and the command line use these tables to name the new word. No retired word is accepted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

KEYS = {
    "about": "description",
    "title": "name",
    "say": "name",
    "commits": "changes",
    "repeatable": "idempotent",
    "go_on": "continue_on_error",
    "every_time": "always_run",
    "reach": "navigation",
    "picture": "screenshot",
    "up_to": "timeout",
    "named": "save_as",
    "obvious": "implied",
    "shows": "displays",
    "conceal": "redact",
    "stand_in": "simulator",
}
"""Keys of runbooks: retired key -> the key that replaced it."""

VERBS = {"hand_over": "manual"}

VALUES = {("screenshot", "no"): "none", ("screenshot", "yes"): "viewport"}
"""Values of keys: (key, retired value) -> value."""

COMMANDS = {"steps": "verbs", "rehearsal": "simulator"}

OPTIONS = {
    "--anew": "--restart",
    "--as": "--format",
    "--to": "--output",
    "--head": "--digest",
    "--rehearsal": "`runwright rehearse RUNBOOK --simulator URL`",
}


def suggest(word: str, known: Iterable[str]) -> str:
    """A remedy for an unknown word: the new name of a retired word, what does the same, else the most similar word."""
    words = list(known)
    new = KEYS.get(word) or VERBS.get(word)
    if new in words:
        return f"`{word}` is now called `{new}`."
    from runwright.language.diagnostics import did_you_mean  # not needed by the command line, which reads this at start
    from runwright.language.familiar_words import counterpart

    same = counterpart(word, words)
    return f"Did you mean `{same}`?" if same is not None else did_you_mean(word, words)


def has_retired_name(key: str, present: Collection[str]) -> bool:
    """Whether a missing key is present by a retired name; then the retired name is the only error to report."""
    return any(key == new and old in present for old, new in KEYS.items())


def retired_call(words: Iterable[str]) -> str | None:
    """The error message for a retired command or option in a command line; None if it contains none."""
    words = list(words)
    if words and words[0] in COMMANDS:
        return f"`runwright {words[0]}` is now `runwright {COMMANDS[words[0]]}`."
    for word in words:
        option = word.partition("=")[0]
        if option in OPTIONS:
            return (
                f"The option `{option}` is now {OPTIONS[option] if ' ' in OPTIONS[option] else f'`{OPTIONS[option]}`'}."
            )
    return None
