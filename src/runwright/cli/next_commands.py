"""Next actions as command lines: what a person can paste after a run has ended."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from runwright.engine.next_actions import ActionKind, NextAction

_ABOUT_EARLIER_RUNS = ("--resume", "--settled", "--redo", "--restart")
_WITH_VALUE = ("--resume", "--settled", "--redo", "--secret")
_OF_A_RUNBOOK = ("run", "check", "rehearse")
_FOR_DOCTOR = ("-i", "--input", "--inputs", "--secret", "--keep")
_OF_SIGN_IN = ("-i", "--input", "--inputs", "--no-project-steps")
"""The options of a run that a sign-in at one of its sites takes as well."""
_OF_REHEARSALS = ("--rehearse", "--scenario", "--simulator")
_ALL_WITH_VALUE = (
    *_WITH_VALUE,
    *("-i", "--input", "--inputs", "--guide", "--out", "--ticket", "--log", "--profile", "--account", "--keep"),
    *("--scenario", "--simulator", "--runbook", "--block", "--table"),
)
"""All options with a value of the commands that may end with a sign-in."""


@dataclass(frozen=True)
class CallWords:
    """A call of the command line, without its options about earlier runs."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, arguments: Sequence[str]) -> CallWords:
        """The call with these arguments: those of the process, without the program's own name."""
        own = (each for each in _arguments(arguments) if each[0] not in _ABOUT_EARLIER_RUNS)
        return cls(("runwright", *(word for _, _, words in own for word in words)))

    def without_secrets(self, names: Sequence[str]) -> CallWords:
        """The call without its options for these secrets: what was passed may be a value, which no line may repeat."""
        kept = (
            words
            for option, value, words in _arguments(self.words)
            if option != "--secret" or value.partition("=")[0].strip() not in names
        )
        return CallWords(tuple(word for words in kept for word in words))

    def cleaned(self, clean: Callable[[str], str]) -> CallWords:
        """The call with each word as ``clean`` returns it: an input may repeat a secret."""
        return CallWords(tuple(map(clean, self.words)))

    def without_window(self) -> CallWords:
        """The call without its option for a browser window."""
        return CallWords(tuple(word for word in self.words if word != "--headed"))

    def doctor(self) -> str:
        """The command that checks the runbook of the call with the same inputs and secrets."""
        command, *rest = _arguments(self.words[1:], _ALL_WITH_VALUE)
        kept = [words for option, _, words in rest if option in _FOR_DOCTOR or not option.startswith("-")]
        of_a_runbook = kept if command[0] in _OF_A_RUNBOOK else []
        return shlex.join(["runwright", "doctor", *(word for words in of_a_runbook for word in words)])

    def sign_in(self, site: str, account: str | None) -> str | None:
        """The command that signs in at a site of the call's runbook; None for a rehearsal, and without a runbook."""
        command, *rest = _arguments(self.words[1:], _ALL_WITH_VALUE)
        if command[0] == "rehearse" or any(option in _OF_REHEARSALS for option, _, _ in rest):
            return None
        kept = [word for option, _, words in rest if option in _OF_SIGN_IN for word in words]
        if command[0] == "inspect":
            runbook = next((value for option, value, _ in rest if option == "--runbook"), None)
        else:
            runbook = next((option for option, _, _ in rest if not option.startswith("-")), None)
        named = [value for option, value, _ in rest if option == "--account" and "=" not in value]
        chosen = account or next(iter(named), "default")
        of_account = ["--account", chosen] if chosen != "default" else []
        if runbook is None:
            return None
        words = ["runwright", "sign-in", site, "--runbook", runbook, *of_account, *kept]
        return shlex.join(words)

    def line(self, *extra: str) -> str:
        """The call as a command line with these words added, unless it has them already."""
        return shlex.join([*self.words, *(word for word in extra if word != "--headed" or word not in self.words)])


def _arguments(
    words: Iterable[str], with_value: Sequence[str] = _WITH_VALUE
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The arguments of a command line: of each the option, its value, and the words that it consists of.

    The option is the word itself for other arguments. The value is known of the options ``with_value``.
    """
    remaining = iter(words)
    for word in remaining:
        option, equals, value = word.partition("=")
        if option in with_value and not equals:
            following = tuple(islice(remaining, 1))
            yield option, "".join(following), (word, *following)
        else:
            yield option, value, (word,)


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
                found.append((action, "If the change was made, go on:", call.line(*resume, "--settled", "made")))
                found.append((action, "If it was not made, repeat it:", call.line(*resume, "--settled", "not-made")))
            case ActionKind.REDO:
                names = ", ".join(f"“{section}”" for section in action.sections)
                found.append((action, f"To run {names} again:", call.line(*redo)))
            case ActionKind.RESTART:
                sentence = "To start over, after checking what the last run left:"
                found.append((action, sentence, call.line("--restart", *redo)))
            case ActionKind.SIGN_IN | ActionKind.KEEP_SIGN_IN:
                if (sign_in := call.sign_in(action.site_name or action.site or "", action.account)) is not None:
                    found.append((action, "To sign in once, for later runs too:", sign_in))
                    found.append((action, "Then resume:" if resume else "Then repeat the call:", call.line(*resume)))
                if action.kind is ActionKind.SIGN_IN:
                    found.append((action, "To sign in, open a window:", call.line("--headed", *resume)))
            case ActionKind.WINDOW:
                found.append((action, "To do it, open a window:", call.line("--headed", *resume)))
            case ActionKind.NO_WINDOW:
                found.append((action, "To do without a window:", call.without_window().line(*resume)))
            case ActionKind.CHECK_MACHINE:
                found.append((action, "To check this machine:", "runwright doctor"))
            case ActionKind.CHECK_SITES:
                found.append((action, "To check its sites:", call.doctor()))
            case ActionKind.INSTALL_BROWSER:
                found.append((action, "To install a browser:", "runwright doctor --fix"))
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
