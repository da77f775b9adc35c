"""Next actions as command lines: what a person can paste after a run has ended."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runwright.engine.next_actions import ActionKind, NextAction

_WITH_VALUE = ("--resume", "--redo")
_WITHOUT_VALUE = ("--restart",)


@dataclass(frozen=True)
class CallWords:
    """A call of the command line, without its options about earlier runs."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, arguments: Sequence[str]) -> CallWords:
        """The call with these arguments: those of the process, without the program's own name."""
        remaining, kept = iter(arguments), list[str]()
        for word in remaining:
            if word in _WITH_VALUE:
                next(remaining, None)
            elif word not in _WITHOUT_VALUE and not word.startswith(tuple(f"{option}=" for option in _WITH_VALUE)):
                kept.append(word)
        return cls(("runwright", *kept))

    def without_secrets(self, names: Sequence[str]) -> CallWords:
        """The call without its options for these secrets: what was passed may be a value, which no line may repeat."""
        remaining, kept = iter(self.words), list[str]()
        for word in remaining:
            passed = next(remaining, "") if word == "--secret" else word.removeprefix("--secret=")
            is_option = word == "--secret" or word.startswith("--secret=")
            if not (is_option and passed.partition("=")[0].strip() in names):
                kept += [word, passed] if word == "--secret" else [word]
        return CallWords(tuple(kept))

    def line(self, *extra: str) -> str:
        """The call as a command line with these words added, unless it has them already."""
        return shlex.join([*self.words, *(word for word in extra if word != "--headed" or word not in self.words)])


def commands(actions: Iterable[NextAction], call: CallWords) -> list[tuple[NextAction, str, str]]:
    """Each action with a sentence for people, and the command line to paste. An action may have several."""
    found = []
    for action in actions:
        resume = ("--resume", action.run) if action.run is not None else ()
        redo = [word for section in action.sections for word in ("--redo", section)]
        match action.kind:
            case ActionKind.PASS_VALUES:
                inputs = [word for name, example in action.inputs for word in ("-i", f"{name}={example}")]
                secrets = [word for name in action.secrets for word in ("--secret", f"{name}=env:NAME")]
                found.append((action, "To pass them:", call.without_secrets(action.secrets).line(*inputs, *secrets)))
            case ActionKind.RUN:
                found.append((action, "To start a new run:", call.line()))
            case ActionKind.RESUME:
                found.append((action, "To resume:", call.line(*resume, *redo)))
            case ActionKind.SETTLE:
                found.append((action, "If the change was made, resume:", call.line(*resume)))
                found.append((action, "If it was not made, repeat it:", call.line(*resume, *redo)))
            case ActionKind.REDO:
                names = ", ".join(f"“{section}”" for section in action.sections)
                found.append((action, f"To run {names} again:", call.line(*redo)))
            case ActionKind.RESTART:
                sentence = "To start over, after checking what the last run left:"
                found.append((action, sentence, call.line("--restart", *redo)))
            case ActionKind.SIGN_IN:
                found.append((action, "To sign in, open a window:", call.line("--headed", *resume)))
            case ActionKind.WINDOW:
                found.append((action, "To do it, open a window:", call.line("--headed", *resume)))
    return found


def worded(remedy: str, actions: Iterable[NextAction], call: CallWords) -> str:
    """A remedy and the commands of the next actions, one line each."""
    lines = [f"{sentence} {command}" for _, sentence, command in commands(actions, call)]
    return "\n".join(filter(None, (remedy, *lines)))


def as_data(actions: Iterable[NextAction], call: CallWords) -> list[dict[str, object]]:
    """The next actions as JSON data, each with its command."""
    return [
        {
            "kind": action.kind,
            "run": action.run,
            "sections": list(action.sections),
            "site": action.site,
            "sentence": sentence,
            "command": command,
        }
        for action, sentence, command in commands(actions, call)
    ]
