"""Generate the reference pages from the source: verbs, the runbook, commands, the journal (`make reference`)."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from runwright.cli.api_reference import api_page
from runwright.evidence.statuses import (
    EXIT_CODES,
    EXIT_FINDINGS,
    EXIT_MEANINGS,
    EXIT_OK,
    FailureClass,
    Status,
    VerifyStatus,
)
from runwright.language.expressions import FILTERS
from runwright.language.markdown_tables import page, summary, table
from runwright.language.runbook_model import (
    Banner,
    BasicAuth,
    CommonFields,
    DeclaredSecret,
    Input,
    SectionFields,
    Site,
    Window,
)
from runwright.language.targets import CALLED_BY_TEXT, NAMED_BY_AUTHOR, OTHERS, ROLES, STATES
from runwright.language.verb_spec import VerbModel, vocabulary

_Member = TypeVar("_Member", bound=Enum)

MARKER = "<!-- Generated from the source by `make reference`. -->"
"""The first line of each generated page. Pages without it are written by hand; nothing here touches them."""


def pages(verbs: Mapping[str, type[VerbModel]]) -> dict[str, str]:
    """The generated files by name: verbs, runbook, commands, journal, and the JSON Schemas."""
    from runwright.cli.journal_page import journal_page, journal_schema
    from runwright.project.scaffold import schema_text

    return {
        "verbs.md": _verbs(verbs),
        "runbook.md": "\n".join(_runbook()) + "\n",
        "commands.md": "\n".join(_commands()) + "\n",
        "python-api.md": api_page(MARKER),
        "journal.md": f"{MARKER}\n\n{journal_page()}",
        "journal.schema.json": journal_schema(),
        "runbook.schema.json": schema_text(),
    }


def stale(folder: Path) -> list[str]:
    """The files in a folder that `make reference` would change: outdated, missing, or no longer generated."""
    generated = pages(vocabulary().models())
    existing = _existing(folder, generated)
    return sorted(name for name in generated.keys() | existing.keys() if generated.get(name) != existing.get(name))


def _existing(folder: Path, generated: Mapping[str, str]) -> dict[str, str]:
    """The files in a folder, by name, that were generated now or by an earlier version."""
    files = sorted(folder.glob("*.*")) if folder.is_dir() else []
    texts = {path.name: path.read_text("utf-8") for path in files}
    return {name: text for name, text in texts.items() if name in generated or text.startswith(MARKER)}


def _verbs(verbs: Mapping[str, type[VerbModel]]) -> str:
    names = ", ".join(f"[{name}](#{name})" for name in sorted(verbs))
    intro = "Each verb is one file in `steps/`; your own `steps/` can add verbs. `runwright verbs VERB` explains one."
    parts = [page(verbs[name]).replace(f"# {name}", f"## {name}", 1) for name in sorted(verbs)]
    return "\n\n".join([MARKER, "# Verbs", intro, names, *parts]) + "\n"


def _runbook() -> Iterator[str]:
    yield from (MARKER, "", "# The runbook", "")
    yield "Required keys: `name`, `sites`, `sections`. Optional keys: `guide`, `inputs`, `secrets`, `blocks`,"
    yield "`dismiss`, `browser`, `on_failure`. Editors complete and check a runbook with"
    yield "[runbook.schema.json](runbook.schema.json); `runwright init` writes the first line that names the schema."
    parts: tuple[tuple[str, type[BaseModel]], ...] = (
        ("inputs: NAME:", Input),
        ("sites: NAME:", Site),
        ("sites: NAME: basic_auth:", BasicAuth),
        ("secrets: NAME:", DeclaredSecret),
        ("dismiss:", Banner),
        ("browser:", Window),
        ("sections:", SectionFields),
    )
    for title, model in parts:
        yield from ("", f"## `{title}`", "", summary(model), "", *table(model))
        if model is SectionFields:
            yield "| `navigation` | block or list of steps | The steps from `open` to `ready`; no changes. (optional) |"
            yield "| `steps` | list of steps | The steps of the section. (optional) |"
            row = (
                "| `on_failure` | block or list of steps | The steps that put things back after a failure. (optional) |"
            )
            yield row
    yield from ("", "## Common fields of steps", "", summary(CommonFields), "", *table(CommonFields))
    yield from ("", "## Groups of steps", "")
    yield "Required: `steps`, and one or more of `for_each: NAME in ${list}`, `when: CONDITION`, `unless: CONDITION`."
    yield "`within: 3s` waits that long for the condition; without it, the group reads it once."
    form = (
        'role "name" or "other" with_text "…" [state] [nth=2] column "…" in front near TARGET before TARGET in TARGET'
    )
    yield from ("", "## Targets", "", f"`{form}`", "")
    yield 'A name matches as a whole (`"Save"`), by its start (`starting "…"`), by a part (`containing "…"`), or by a'
    yield '`/regular expression/`. Another role may follow `or`: `link "Sign out" or button "Account"`.'
    yield f"These roles also match by their text: {', '.join(sorted(CALLED_BY_TEXT))}."
    yield "With `containing`, these match by their text unless they have such a name, the innermost of them:"
    yield f"{', '.join(sorted(NAMED_BY_AUTHOR))}."
    yield "The comparison ignores characters of icon fonts, characters without a form (soft hyphens, direction marks),"
    yield "kinds of white space, and `’` or `'`; around a whole name also the `*` of a required field, arrows, shapes"
    yield "and dingbats that serve as icons (`Region ▾`), and a keyboard shortcut (`Save Ctrl+S`)."
    yield "A `text` is found only where a person can see it: not clipped to a pixel, in a closed list or transparent."
    yield ""
    yield '- `with_text "…"`: an element of that role that contains this text, where a person sees it'
    yield "- `near TARGET`: of all matches, the closest one after TARGET, or the one inside a `text` that contains it"
    yield "- `before TARGET`: of all matches, the last one before TARGET"
    yield "- `in TARGET`: inside TARGET: a dialog, a row, a group; after `near`, an iframe applies to both"
    yield "- `in front`: of all matches, those that nothing lies over: where a dialog is open over the page, the"
    yield "  controls of the dialog, whether or not it has a role or a name; what must be scrolled to counts as its box"
    yield '- `column "…"`: in the column below that header, as a person sees it: the same cell of the row, where merged'
    yield "  cells count as they appear, or the number in `aria-colindex`, or what stands below the header"
    yield "- `[nth=2]`: the second match"
    yield ""
    yield "The target is narrowed first. Its states are tested last, on what is left:"
    yield '`checkbox [checked] near heading "Mail"` does not match if the first checkbox after that heading is off.'
    yield ""
    yield "Behind `in`, `near` and `before`, the anchor takes what follows its name, except `column` and `[nth=2]`:"
    yield 'those count for the whole target. `button "Edit" in row "prod" [nth=2]` is the second button of that row.'
    yield "An anchor without a name keeps the number behind it: `in iframe [nth=2]`. To number a named anchor, write"
    yield 'parentheses: `in (row "prod" [nth=2])`.'
    yield from ("", f"Roles: {', '.join(sorted(ROLES))}.", "")
    yield from (f"- `{name}`: {meaning}" for name, meaning in OTHERS.items())
    yield from ("", f"States: {', '.join(f'`[{state}]`' for state in STATES)}, `[level=2]`,")
    yield '`[value="…"]`, `[value!="…"]`, `[value starting "…"]`, `[value containing "…"]`, `[value /pattern/]`.'
    yield "A value is what a person reads in the control: of a list the text of the chosen option, of several joined"
    yield "by a comma; of a field what is written in it; of a checkbox or switch `on` or `off`. `read` gives it, too."
    yield from ("", "## Conditions", "")
    yield "A target; `no TARGET`; `loaded TARGET`; `count of TARGET is 3`; `url /path*`; `title …`; `${…}`;"
    yield "a list (all must hold); `any:` with a list (one must hold); `every: NAME in ${list}` with `holds:`."
    yield ""
    yield "`loaded TARGET` holds when a table or list is there and has come, with entries or without: nothing says that"
    yield "it is loading (`aria-busy`, a progress indicator without a value), no request is under way, and its content"
    yield "stands still for 1 s, and until the timers are over that the page had set for the next 3 s."
    yield from ("", "## Expressions", "")
    yield "`${…}` may contain names, `.`, `[…]`, comparisons, `and or not in`, and filters:"
    yield ", ".join(f"`| {name}`" for name in FILTERS) + "."


def _commands() -> Iterator[str]:
    from typer.main import get_command

    from runwright.cli.main import app

    group: Any = get_command(app)
    yield from (MARKER, "", "# Commands", "")
    yield "Statuses, failure classes and exit codes are at the [end of this page](#exit-codes)."
    for name, command in _flat(group):
        yield from ("", f"## runwright {name}", "", str(command.help).strip(), "")
        for param in command.params:
            options = ", ".join(f"`{each}`" for each in param.opts) if param.param_type_name == "option" else ""
            metavar = "" if getattr(param, "is_flag", False) else f" `{param.metavar or param.name.upper()}`"
            yield f"- {(options + metavar).strip()}: {param.help or ''}"
        yield from ("", "```sh", command.epilog.removeprefix("Example: "), "```")
    yield from _outcomes()


def _outcomes() -> Iterator[str]:
    """The tables of exit codes, statuses, verdicts and failure classes."""
    yield from ("", "## Exit codes", "", "| exit code | meaning |", "|---|---|")
    yield from (f"| {code} | {meaning} |" for code, meaning in EXIT_MEANINGS.items())
    yield from ("", "## Statuses", "", "Of a section, and of a run or check as a whole.", "")
    yield from ("| status | meaning | exit code |", "|---|---|---|")
    yield from (f"| `{status}` | {meaning} | {EXIT_CODES[status]} |" for status, meaning in _members(Status))
    yield from ("", "## Verdicts of `verify`", "", "| verdict | meaning | exit code |", "|---|---|---|")
    for verdict, meaning in _members(VerifyStatus):
        yield f"| `{verdict}` | {meaning} | {EXIT_OK if verdict is VerifyStatus.INTACT else EXIT_FINDINGS} |"
    yield from ("", "## Failure classes", "")
    yield "Why a run did not reach its end, and who must act. Programs may retry only what the last column permits."
    yield from ("", "| class | meaning | action | retry |", "|---|---|---|---|")
    for each, meaning in _members(FailureClass):
        yield f"| `{each}` | {meaning} | {each.remedy} | {'yes' if each.retryable else 'no'} |"


def _members(kind: type[_Member]) -> Iterator[tuple[_Member, str]]:
    """The members of an enumeration, each with its docstring."""
    found = re.findall(r'^    ([A-Z_]+) = [^\n]*\n    """(.*?)"""', inspect.getsource(kind), flags=re.M | re.S)
    docs = {name: " ".join(text.split()) for name, text in found}
    yield from ((member, docs[member.name]) for member in kind)


def _flat(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """All commands by name; those of a group as `group command`."""
    for name, command in sorted(group.commands.items()):
        if not hasattr(command, "commands") or command.invoke_without_command:
            yield f"{prefix}{name}", command
        if hasattr(command, "commands"):
            yield from _flat(command, f"{prefix}{name} ")


def main(folder: str, *words: str) -> int:
    """Write the generated pages into a folder, or with `--check` list the stale ones. Returns the exit code."""
    root = Path(folder)
    if "--check" in words:
        names = stale(root)
        for name in names:
            print(f"{root / name} is stale: run `make reference`.", file=sys.stderr)
        return EXIT_FINDINGS if names else EXIT_OK
    root.mkdir(parents=True, exist_ok=True)
    generated = pages(vocabulary().models())
    for name in _existing(root, generated).keys() - generated.keys():
        (root / name).unlink()
    for name, text in generated.items():
        (root / name).write_text(text, "utf-8")
    return EXIT_OK


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
