"""The reference, made from what it describes: verbs' files, models, commands. `make reference` writes the pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from runwright.language.expressions import FILTERS
from runwright.language.markdown_tables import page, summary, table
from runwright.language.runbook_model import Banner, DeclaredSecret, Frame, Input, SectionHead, Site, Window
from runwright.language.targets import CALLED_BY_TEXT, OTHERS, ROLES, STATES
from runwright.language.verb_spec import VerbModel, vocabulary

_MADE = "<!-- Made from the source by `make reference`. -->"


def pages(verbs: Mapping[str, type[VerbModel]]) -> dict[str, str]:
    """The reference's files by name: verbs, runbook, commands, and the JSON Schema."""
    from runwright.project.scaffold import schema_text

    return {
        "verbs.md": _verbs(verbs),
        "runbook.md": "\n".join(_runbook()) + "\n",
        "commands.md": "\n".join(_commands()) + "\n",
        "runbook.schema.json": schema_text(),
    }


def stale(folder: Path) -> list[str]:
    """The files of a reference's folder that are not what the source says now: other text, missing, or left over."""
    made = pages(vocabulary().models())
    there = {path.name: path.read_text("utf-8") for path in folder.glob("*.*")} if folder.is_dir() else {}
    return sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))


def _verbs(verbs: Mapping[str, type[VerbModel]]) -> str:
    names = ", ".join(f"[{name}](#{name})" for name in sorted(verbs))
    intro = "A verb is one file in `steps/`; a file of your own there is one more. `runwright steps VERB` shows one."
    parts = [page(verbs[name]).replace(f"# {name}", f"## {name}", 1) for name in sorted(verbs)]
    return "\n\n".join([_MADE, "# Verbs", intro, names, *parts]) + "\n"


def _runbook() -> Iterator[str]:
    yield from (_MADE, "", "# The runbook", "")
    yield "A runbook has `title`, `sites` and `sections`, and may have `guide`, `inputs`, `secrets`, `blocks`,"
    yield "`dismiss` and `browser`. Editors complete and check it by [runbook.schema.json](runbook.schema.json):"
    yield "`runwright init` puts the line into the runbook that tells them so."
    parts: tuple[tuple[str, type[BaseModel]], ...] = (
        ("inputs: NAME:", Input),
        ("sites: NAME:", Site),
        ("secrets: NAME:", DeclaredSecret),
        ("dismiss:", Banner),
        ("browser:", Window),
        ("sections:", SectionHead),
    )
    for title, model in parts:
        yield from ("", f"## `{title}`", "", summary(model), "", *table(model))
        if model is SectionHead:
            yield "| `reach` | block, or list of steps | The way to the place, without commits. (may be left out) |"
            yield "| `steps` | list of steps | What is done. (may be left out) |"
    yield from ("", "## Around any verb", "", summary(Frame), "", *table(Frame))
    yield from ("", "## Steps for each of a list", "", "`for_each: NAME in ${list}` (or `unless` alone), `unless`,")
    yield "`when`: conditions, and `steps`."
    yield from ("", "## Targets", "", '`role "name" or "other" [state] in TARGET near TARGET column "…" [nth=2]`', "")
    yield 'Names are whole: `"Save"`; or `starting "…"`, `containing "…"`, `/regular expression/`. Behind `or` may also'
    yield 'stand another role: `link "Sign out" or button "Account"`. Some roles are called by their text as well:'
    yield f"{', '.join(sorted(CALLED_BY_TEXT))}."
    yield "In a name these make no difference: `’` and `'`, characters of icon fonts, marks of direction, kinds of"
    yield "blanks; behind a whole name a keyboard shortcut (`Save Ctrl+S`)."
    yield from ("", "- `near TARGET`: of all that fit, the one closest behind it, or inside a `text` that holds it")
    yield "- `in TARGET`: inside it: a dialog, a row, a group; behind a `near` an iframe counts for both"
    yield '- `column "…"`: in the column under that header, cells that reach over several counted as they are seen'
    yield "- `[nth=2]`: the second of all that fit"
    yield from ("", f"Roles: {', '.join(sorted(ROLES))}.", "")
    yield from (f"- `{name}`: {told}" for name, told in OTHERS.items())
    yield from ("", f'States: {", ".join(f"`[{state}]`" for state in STATES)}, `[level=2]`, `[value="…"]`.')
    yield from ("", "## Conditions", "", "A target; `no TARGET`; `url /path*`; `title …`; `${…}`; a list of which all")
    yield "must hold; `any:` a list; `every: NAME in ${list}` with `holds:`."
    yield from ("", "## Expressions", "", "`${…}` holds names, `.`, `[…]`, comparison, `and or not in` and filters:")
    yield ", ".join(f"`| {name}`" for name in FILTERS) + "."


def _commands() -> Iterator[str]:
    from typer.main import get_command

    from runwright.cli.main import app

    group: Any = get_command(app)
    yield from (_MADE, "", "# Commands", "")
    yield "Exit codes: 0 done · 1 failed · 2 wrong call or invalid runbook, nothing touched · 3 stopped for a person ·"
    yield "4 not usable (no browser, unreachable, never ready, disk full) · 130 interrupted."
    for name, command in _flat(group):
        yield from ("", f"## runwright {name}", "", str(command.help).strip(), "")
        for param in command.params:
            shown = ", ".join(f"`{each}`" for each in param.opts) if param.param_type_name == "option" else ""
            metavar = "" if getattr(param, "is_flag", False) else f" `{param.metavar or param.name.upper()}`"
            yield f"- {(shown + metavar).strip()}: {param.help or ''}"
        yield from ("", "```sh", command.epilog.removeprefix("Example: "), "```")


def _flat(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """All commands by name, those of groups as `group command`."""
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from _flat(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def main(folder: str, *words: str) -> int:
    """Write the reference's pages into a folder; with `--check` only say which are stale. The exit code."""
    place = Path(folder)
    if "--check" in words:
        old = stale(place)
        for name in old:
            print(f"{place / name} is stale: run `make reference`.", file=sys.stderr)
        return 1 if old else 0
    place.mkdir(parents=True, exist_ok=True)
    made = pages(vocabulary().models())
    for path in place.glob("*.*"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (place / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
