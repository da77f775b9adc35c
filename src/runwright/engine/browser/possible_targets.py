"""Targets that may mean a control alone: role and name, narrowed by the places that it is in, the plainest first."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from runwright.language import accessible_names
from runwright.language.expressions import Template
from runwright.language.targets import Alternative, Target, named

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Placed:
    """Something that narrows: a heading, dialog, table, row, group or list item."""

    id: int
    """Distinguishes it from the others of its document."""
    role: str = ""
    name: str = ""


@dataclass(frozen=True)
class PlacedControl:
    """A control of a page with its state and the places that it is in."""

    index: int
    """Its place among the controls of its document."""
    role: str
    name: str
    states: tuple[str, ...]
    value: str | None
    """What a person reads in a field or list; None for any other control, and for a secret."""
    secret: bool
    """Whether its value is a password or masked otherwise; it is never read."""
    checked: str | None
    heading: Placed | None
    dialog: Placed | None
    table: Placed | None
    row: int | None
    row_texts: tuple[str, ...]
    column: str
    group: Placed | None
    item: Placed | None
    beside: str
    box: Box
    frame: Target | None = None
    """The frame that it is in."""
    frame_number: int | None = None
    row_head: str = ""
    """The role of the cell that has the first of the texts of its row."""


class EqualControls:
    """The controls of a document by role and name, and the places among equal ones."""

    def __init__(self, controls: Sequence[PlacedControl]) -> None:
        self._groups: dict[tuple[str, str], list[PlacedControl]] = defaultdict(list)
        self._places: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for each in controls:
            for key in {(each.role, each.name), (each.role, "")}:
                self._groups[key].append(each)
                for kind in ("page", "row", "group", "dialog"):
                    place = _place_id(each, kind)
                    if place is not None:
                        self._places[(*key, kind, place)].append(each.index)

    def of(self, control: PlacedControl) -> list[PlacedControl]:
        """All controls of its role and name; of its role, if it has no name."""
        return self._groups[control.role, control.name]

    def number(self, control: PlacedControl, kind: str) -> int:
        """Its number, from 1, among those in the same row, group or dialog, or on the page."""
        places = self._places[control.role, control.name, kind, _place_id(control, kind)]
        return bisect_left(places, control.index) + 1


def _place_id(control: PlacedControl, kind: str) -> int | None:
    if kind == "row":
        return control.row
    place = {"group": control.group, "dialog": control.dialog}.get(kind)
    return place.id if place is not None else (0 if kind == "page" else None)


def _target(control: PlacedControl) -> Target:
    if control.name:
        return named(control.role, accessible_names.plain(control.name))
    return Target((Alternative(control.role),))


def possible_targets(control: PlacedControl, equals: EqualControls) -> Iterator[Target]:
    """Targets that may mean a control alone, the plainest first."""
    base = _target(control)
    same = equals.of(control)
    if control.name and len(same) == 1:
        yield base
    dialog = _container(control.dialog)
    boxes: list[Target] = []
    if dialog is not None:
        yield replace(base, inside=dialog)
    for texts in (control.row_texts[:1], control.row_texts[:2]):
        if control.row is None or not texts:
            continue
        row: Target = named("row", texts[0], "containing")
        if len(texts) == 2:
            row = replace(row, alternatives=(replace(row.alternatives[0], with_text=Template((texts[1],))),))
        boxes.append(row)
        yield replace(base, inside=row)
        if control.column:
            yield replace(base, inside=row, column=Template((control.column,)))
    if control.row is not None and control.row_texts and control.row_head in ("rowheader", "cell", "gridcell"):
        head = named(control.row_head, accessible_names.plain(control.row_texts[0]))  # another row may contain its text
        if control.column:
            yield replace(base, near=head, column=Template((control.column,)))
        yield replace(base, near=head)
    group = _container(control.group)
    if group is not None:
        boxes.append(group)
        yield replace(base, inside=group)
    heading = (
        named("heading", accessible_names.plain(control.heading.name))
        if control.heading and control.heading.name
        else None
    )
    if heading is not None:
        yield replace(base, near=heading)
    if control.item is not None and control.item.name:
        text = Template((control.item.name,))
        boxes.append(Target((Alternative(control.item.role, with_text=text),)))
        yield replace(base, inside=boxes[-1])
    if control.beside and accessible_names.plain(control.beside) not in {each.name for each in same}:
        yield replace(base, near=named("text", control.beside))
    if not control.name and len(same) == 1:
        yield base
    if dialog is not None:
        yield from (replace(base, inside=replace(box, inside=dialog)) for box in boxes)
        if heading is not None:
            yield replace(base, near=heading, inside=dialog)
    shared = [("row", boxes[0])] if control.row_texts and control.row is not None else []
    shared += [("group", group)] if group is not None else []
    shared += [("dialog", dialog)] if dialog is not None else []
    for kind, box in shared:
        yield replace(base, inside=box, nth=equals.number(control, kind))
    yield replace(base, nth=equals.number(control, "page"))


def _container(place: Placed | None) -> Target | None:
    if place is None:
        return None
    return named(place.role, accessible_names.plain(place.name)) if place.name else Target((Alternative(place.role),))
