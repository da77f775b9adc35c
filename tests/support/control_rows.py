"""The rows of docs/controls.md as steps of a runbook, and what a page must have recorded of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

DOC = Path(__file__).parents[2] / "docs" / "controls.md"

DID: dict[str, dict[str, list[str]]] = {
    "names": {
        "a button, a link, a heading": ["save"],
        "a name that runs on into a description": ["long name"],
        "the same name twice": ["edit proxy"],
        "the same, with nothing to tell them apart": ["edit proxy"],
        "double quotes in a name": ["quotes"],
        "a backslash in a name": ["backslash"],
        "a slash, other quotes": ["read/write"],
        "a curly apostrophe": ["apostrophe"],
        "an emoji": ["rocket"],
        "an emoji that comes in two forms": ["gear"],
        "writing from right to left": ["arabic"],
        "marks of direction around a name": ["marks"],
        "an icon that is a letter of a font": ["icon font"],
        "an icon that a font makes of a word, `delete`": ["ligature"],
        "an icon that the style sheet adds": ["icon alone"],
        "an icon behind the name": ["high icon"],
        "a shortcut behind a name, `Export Ctrl+E`": ["shortcut"],
        "a shortcut in signs, `Redo ⇧⌘Z`": ["signs"],
        "something like a shortcut": ["server"],
        "capitals, `LOG OUT`": ["capitals"],
        "text without a role that can be clicked": ["span"],
        "an icon button without a name": ["bin prod-2"],
    },
    "inside": {
        "a control in a component (open shadow root)": ["pay first"],
        "a field in a component, and a button beside it": ["pay second 9"],
        "a control in a closed component": ["sealed"],
        "a control in a frame": ["audit users"],
        "a curly apostrophe in its title": ["bob users"],
        "a frame without a title": ["billing hosts"],
        "a frame that only its order tells": ["plain users"],
        "a frame in a frame": ["inner hosts"],
    },
    "tables": {
        "a switch without a name in a table": ["Run finished 2 true"],
        "the same, and it is on already": [],
        "cells that reach over several rows": ["box 3"],
        "cells that reach over several columns": ["box 4"],
        "a field in a table, its caption in the cell before": ["field 1: 8080"],
        "a list beside the header of its row": ["field 2: https"],
        "a caption above a field, not tied to it": ["field 4: help@shop.example"],
        "the same, with a line break between": ["field 5: Yours"],
        "a field inside its label": ["field 6: Imprint"],
        "a field that only its grey hint tells": ["field 7: mail"],
        "a menu of dots in each row": ["menu of beta"],
    },
    "menus": {
        "a menu that opens under the pointer": ["users"],
        "a menu behind the right button": ["rename"],
        "an item that has another role while it is on": ["wrap true"],
        "the same in a menu that closes at once": ["ruler"],
        "a tab": ["tab Members"],
        "a hint that comes up under the pointer": [],
        "something folded up": ["details true", "purge"],
        "a name that can be edited after a double click": ["renaming"],
        "the browser's question, yes or no": ["confirmed true"],
        "the browser's question for a text": ["named Friends"],
    },
    "fields": {
        "a date": ["start 2026-11-24"],
        "a time": ["clock 08:30"],
        "a date with its time": ["window 2026-11-24T08:30"],
        "a month": ["month 2026-11"],
        "a calendar of the page's own": ["expires 24"],
        "a slider": ["volume 80"],
        "a colour": ["colour #ff8800"],
        "a number": ["days 30"],
        "a field that counts only once one leaves it": ["weeks 4"],
        "one of several round buttons": ["plan team"],
        "a box that the page draws itself, in its label": ["alerts on"],
        "the same, with a link in the label": ["terms on"],
        "a switch of no size, which its label draws": ["nights on"],
        "a round button that its label draws": ["speed fast"],
        "text that can be edited in the page": ["note Read me"],
        "the same without a name": ["banner Closed today"],
        "a field that listens to keys alone": ["keys a", "keys ab"],
        "a field that takes a paste alone": ["activated AB-12"],
        "text behind what stands there, by keys": ["slug old-o", "slug old-on"],
        "text behind what stands there, by a paste": ["slug old-one"],
        "text in place of what stands there, by a paste": ["slug new"],
        "a field that can be used only after a switch": ["domain shop.example"],
        "a field that formats what is entered": ["phone 555-1234"],
        "a file field": ["logo logo.txt"],
        "a button that asks for files": ["files logo.txt terms.txt"],
    },
    "editors": {
        "an editor made of lines (CodeMirror 5, and its like)": ["policy allow all, script echo old"],
        "an editor that is one editable text (CodeMirror 6)": ["policy deny all, script echo new"],
    },
    "lists": {
        "a list of the browser": ["region icn"],
        "a list of which several can be chosen": ["days tue"],
        "the same, and several of it": ["days tue,wed"],
        "a list that typing filters": ["channel # alerts"],
        "a list whose search field comes up with it": ["country South Korea"],
        "a list that a button opens": ["zone Asia/Seoul"],
        "a long list that holds only what is seen": ["remove 150"],
        "a list that loads as one goes": ["event 42"],
        "a text that must be read to its end": ["accepted"],
    },
    "drawing": {
        "a drawing (canvas)": ["click 40,30"],
        "the same, twice": ["click 60,50", "double 60,50"],
        "its menu": ["menu 10,10"],
        "something in it that can be moved": ["drawn 20,20 120,60"],
        "an entry that can be dragged to another": ["Gamma Alpha Beta"],
        "a handle to drag by": ["Size Name"],
        "a splitter": ["left 256"],
        "a place to drop that comes up while one drags": ["card dropped"],
    },
    "late": {
        "a message that is gone after a second": ["ping"],
        "the same, after the save was answered": ["apply"],
        "a form that saves by itself and says so": ["motto Onwards"],
        "a form that saves by itself and says nothing": ["nickname Al"],
        "the same, seconds later": ["greeting Hello"],
        "something that takes minutes": ["built"],
        "the same on a page that stands still": [],
    },
    "many": {
        "one of many": ["Apply 437 in Group 437"],
        "one of many of the same name": ["Remove in Group 412"],
        "the same, in its group": ["Remove in Group 300"],
        "a box among them": ["Setting 499 changed"],
    },
    "files": {
        "a link to a file": [],
        "a file that opens a window first": [],
        "a file that the page makes itself": [],
        "a file that the next step needs": ["notes 22"],
    },
}
"""What each page records of each row, by the row's first cell."""


@dataclass(frozen=True)
class Row:
    """A row of a table: what one sees, and the steps that name it."""

    see: str
    steps: str
    """YAML, as it stands below `steps:`."""

    @property
    def commits(self) -> bool:
        return "commits: true" in self.steps


def rows(page: str) -> list[Row]:
    """The rows of the table that stands under `<!-- page: PAGE -->`."""
    (table,) = re.findall(rf"<!-- page: {page} -->\n+((?:\|.*\n)+)", DOC.read_text("utf-8"))
    cells = [re.split(r" ?(?<!\\)\| ?", line.strip())[1:-1] for line in table.splitlines()[2:]]
    return [Row(see, _steps(re.findall(r"`((?:[^`])+)`", write))) for see, write, _ in cells]


def pages() -> list[str]:
    """The pages that the document's tables are run against."""
    return re.findall(r"<!-- page: (\w+) -->", DOC.read_text("utf-8"))


def runbook(page: str) -> str:
    """A runbook with a section for each row."""
    sections = []
    for number, row in enumerate(rows(page)):
        ready = "    ready: heading [level=1]\n    every_time: the page records it\n" if row.commits else ""
        title = row.see.replace('"', "")
        sections.append(f'  - title: "{title}"\n    open: shop /{page}?{number}\n{ready}    steps:\n{row.steps}')
    return "\nsections:\n" + "\n".join(sections) + "\n"


def _steps(lines: list[str]) -> str:
    if not lines[0].startswith("- "):
        lines = [f"- {lines[0]}", *lines[1:]]
    return "\n".join("      " + (line if line.startswith("- ") else f"  {line}") for line in lines)
