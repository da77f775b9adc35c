"""The rows of the page "Controls in practice" as runbook steps, and what the test pages must record for each row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

DOC = Path(__file__).parents[2] / "docs" / "reference" / "controls.md"

RECORDED: dict[str, dict[str, list[str]]] = {
    "names": {
        "a button, a link, a heading": ["save"],
        "a name followed by a description": ["long name"],
        "two controls of the same name": ["edit proxy"],
        "the same, with nothing that distinguishes them": ["edit proxy"],
        "double quotes in a name": ["quotes"],
        "a backslash in a name": ["backslash"],
        "a slash or other quotes in a name": ["read/write"],
        "a curly apostrophe": ["apostrophe"],
        "an emoji": ["rocket"],
        "an emoji with two forms": ["gear"],
        "right-to-left text": ["arabic"],
        "direction marks around a name": ["marks"],
        "an icon that is a character of a font": ["icon font"],
        "a name that is nothing but such a character": ["nothing but an icon"],
        "an icon that a font draws for a word, `delete`": ["ligature"],
        "an icon that the style sheet adds": ["icon alone"],
        "an icon after the name": ["high icon"],
        "a shortcut after a name, `Export Ctrl+E`": ["shortcut"],
        "a shortcut in symbols, `Redo ⇧⌘Z`": ["signs"],
        "a name that looks like a shortcut": ["server"],
        "capitals, `LOG OUT`": ["capitals"],
        "clickable text without a role": ["span"],
        "an icon button without a name": ["bin prod-2"],
    },
    "inside": {
        "a control in a component (open shadow root)": ["pay first"],
        "a field in a component, and a button beside it": ["pay second 9"],
        "a control in a closed component": ["sealed"],
        "a control in a frame": ["audit users"],
        "a curly apostrophe in its title": ["bob users"],
        "a frame without a title": ["billing hosts"],
        "a frame that only its order identifies": ["plain users"],
        "a frame in a frame": ["inner hosts"],
    },
    "tables": {
        "a switch without a name in a table": ["Run finished 2 true"],
        "the same, already on": [],
        "cells that span several rows": ["box 3"],
        "cells that span several columns": ["box 4"],
        "a field in a table, with its label in the cell before": ["field 1: 8080"],
        "a list beside its row header": ["field 2: https"],
        "a text above a field that is not its label": ["field 4: help@shop.example"],
        "the same, with a line break between": ["field 5: Yours"],
        "a field inside its label": ["field 6: Imprint"],
        "a field with only a placeholder": ["field 7: mail"],
        "a menu button in each row": ["menu of beta"],
    },
    "menus": {
        "a menu that opens on hover": ["users"],
        "a context menu (right click)": ["rename"],
        "an item that has another role while it is on": ["wrap true"],
        "the same, in a menu that closes at once": ["ruler"],
        "a tab": ["tab Members"],
        "a tooltip": [],
        "a collapsed section": ["details true", "purge"],
        "a name that a double click makes editable": ["renaming"],
        "a browser dialog with OK and Cancel": ["confirmed true"],
        "a browser dialog that asks for a text": ["named Friends"],
    },
    "fields": {
        "a date": ["start 2026-11-24"],
        "a time": ["clock 08:30"],
        "a date with a time": ["window 2026-11-24T08:30"],
        "a month": ["month 2026-11"],
        "a calendar that the page draws": ["expires 24"],
        "a slider": ["volume 80"],
        "a colour": ["colour #ff8800"],
        "a number": ["days 30"],
        "a field that takes effect when it loses the focus": ["weeks 4"],
        "a radio button": ["plan team"],
        "a checkbox that the page draws itself, in its label": ["alerts on"],
        "the same, with a link in the label": ["terms on"],
        "a switch without a size, drawn by its label": ["nights on"],
        "a radio button drawn by its label": ["speed fast"],
        "editable text in the page": ["note Read me"],
        "the same, without a name": ["banner Closed today"],
        "a field that reacts only to keys": ["keys a", "keys ab"],
        "a field that reacts only to a paste": ["activated AB-12"],
        "text added to a field, by keys": ["slug old-o", "slug old-on"],
        "text added to a field, by a paste": ["slug old-one"],
        "text that replaces a field's text, by a paste": ["slug new"],
        "a field that a checkbox enables": ["domain shop.example"],
        "a field that formats its input": ["phone 555-1234"],
        "a file field": ["logo logo.txt"],
        "a button that asks for files": ["files logo.txt terms.txt"],
    },
    "editors": {
        "an editor made of lines (such as CodeMirror 5)": ["policy allow all, script echo old"],
        "an editor that is one editable text (such as CodeMirror 6)": ["policy deny all, script echo new"],
    },
    "lists": {
        "a native list": ["region icn"],
        "a native list with multiple selection": ["days tue"],
        "the same, several options": ["days tue,wed"],
        "a list that typing filters": ["channel # alerts"],
        "a list that opens with a search field": ["country South Korea"],
        "a list that a button opens": ["zone Asia/Seoul"],
        "a long list that renders only its visible part": ["remove 150"],
        "a list that loads more while it is scrolled": ["event 42"],
        "a text that must be scrolled to its end": ["accepted"],
    },
    "drawing": {
        "a drawing (canvas)": ["click 40,30"],
        "the same, with a double click": ["click 60,50", "double 60,50"],
        "its context menu": ["menu 10,10"],
        "something in it that can be dragged": ["drawn 20,20 120,60"],
        "an entry that can be dragged to another": ["Gamma Alpha Beta"],
        "a drag handle": ["Size Name"],
        "a splitter": ["left 256"],
        "a drop zone that appears during the drag": ["card dropped"],
    },
    "late": {
        "a message that disappears after a second": ["ping"],
        "the same, after the response to the save": ["apply"],
        "a form that saves automatically, with a message": ["motto Onwards"],
        "a form that saves automatically, without a message": ["nickname Al"],
        "the same, some seconds later": ["greeting Hello"],
        "something that takes minutes": ["built"],
        "the same, on a page that does not update itself": [],
    },
    "many": {
        "one of many": ["Apply 437 in Group 437"],
        "one of many of the same name": ["Remove in Group 412"],
        "the same, in its group": ["Remove in Group 300"],
        "a checkbox among them": ["Setting 499 changed"],
    },
    "files": {
        "a link to a file": [],
        "a file that opens a new window first": [],
        "a file that the page creates": [],
        "a file that the next step needs": ["notes 22"],
    },
}
"""What each test page records for each row, by the row's first cell."""


@dataclass(frozen=True)
class Row:
    """A row of a table: a control, and the steps that act on it."""

    control: str
    steps: str
    """YAML, as it is written below `steps:`."""

    @property
    def changes(self) -> bool:
        return "changes: true" in self.steps


def rows(page: str) -> list[Row]:
    """The rows of the table below `<!-- page: PAGE -->`."""
    (table,) = re.findall(rf"<!-- page: {page} -->\n+((?:\|.*\n)+)", DOC.read_text("utf-8"))
    cells = [re.split(r" ?(?<!\\)\| ?", line.strip())[1:-1] for line in table.splitlines()[2:]]
    return [Row(control, _steps(re.findall(r"`((?:[^`])+)`", write))) for control, write, _ in cells]


def pages() -> list[str]:
    """The test pages against which the document's tables run."""
    return re.findall(r"<!-- page: (\w+) -->", DOC.read_text("utf-8"))


def runbook(page: str) -> str:
    """A runbook with a section for each row."""
    sections = []
    for number, row in enumerate(rows(page)):
        ready = "    ready: heading [level=1]\n    always_run: the page records it\n" if row.changes else ""
        name = row.control.replace('"', "")
        sections.append(f'  - name: "{name}"\n    open: shop /{page}?{number}\n{ready}    steps:\n{row.steps}')
    return "\nsections:\n" + "\n".join(sections) + "\n"


def _steps(lines: list[str]) -> str:
    if not lines[0].startswith("- "):
        lines = [f"- {lines[0]}", *lines[1:]]
    return "\n".join("      " + (line if line.startswith("- ") else f"  {line}") for line in lines)
