"""Holds the files that a run left against the sums that its journal names."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any

from runwright.evidence.seal import PICTURE, Kept


@dataclass
class Held:
    """What does not fit."""

    altered: list[str] = field(default_factory=list)
    """Files that are gone, or are not those that the journal names."""
    loose: list[str] = field(default_factory=list)
    """Files without their event, or the other way round: a run that is killed leaves some; one that ended, none."""


def against_journal(kept: Kept) -> Held:
    """Hold pictures, procedure and downloads against the journal. Raises KeyError and the like for a strange event."""
    held = Held()
    _pictures(kept, held)
    _procedure(kept, held)
    _downloads(kept, held)
    return held


def pictures_of(events: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All pictures that a journal names, in the order in which they were taken."""
    for event in events:
        if event["event"] == "step":
            yield from event["pictures"]


def _pictures(kept: Kept, held: Held) -> None:
    """Every picture is named by the journal once, with its digest, and every named one is there."""
    named: dict[str, str] = {}
    for picture in pictures_of(kept.events):
        if picture["file"] in named:
            held.altered.append(f"The picture {picture['file']} is named twice.")
        named[picture["file"]] = picture["sha256"]
    for name, wanted in named.items():
        if not PICTURE.fullmatch(name):
            held.altered.append(f"The journal names a picture {name!r}, which is no picture's name.")
        elif name not in kept.digests:
            held.altered.append(f"The picture {name} is missing.")
        elif kept.digests[name] != wanted:
            held.altered.append(f"The picture {name} is not the one that the journal names.")
    for name in kept.digests:
        if name.endswith(".png") and "/" not in name and name not in named:
            held.loose.append(f"The picture {name} is named by no step.")


def _procedure(kept: Kept, held: Held) -> None:
    """Runbook, blocks, verbs and guide are those whose digests the journal names."""
    first = kept.events[0]
    cleaned = {event["file"]: event["sha256"] for event in kept.events if event["event"] == "cleaned"}
    wanted = {f"procedure/{_name(first['runbook'])}": first["runbook"]["sha256"]}
    if first["guide"] and first["guide"]["sha256"]:
        wanted[f"procedure/{_name(first['guide'])}"] = first["guide"]["sha256"]
    own_verbs = [verb for verb in first["verbs"] if not verb["shipped"]]
    wanted |= {f"procedure/steps/{_name(each)}": each["sha256"] for each in (*first["blocks"], *own_verbs)}
    _named(kept, held, "procedure/", wanted, wanted | cleaned)


def _downloads(kept: Kept, held: Held) -> None:
    """Files that pages gave are those whose digests the journal names; one that was withheld later is gone."""
    wanted = {event["file"]: event["sha256"] for event in kept.events if event["event"] == "downloaded"}
    for event in kept.events:
        if event["event"] == "download-withheld":
            wanted.pop(event["file"], None)
    _named(kept, held, "downloads/", wanted, wanted)


def _named(kept: Kept, held: Held, under: str, wanted: Container[str], sums: dict[str, str]) -> None:
    """The files in a folder are those that are wanted there, and have the sums that the journal names."""
    for name, wanted_sum in sums.items():
        if name not in kept.digests:
            held.loose.append(f"{name} is missing.")
        elif kept.digests[name] != wanted_sum:
            held.altered.append(f"{name} is not the one that the journal names.")
    for name in kept.digests:
        if name.startswith(under) and name not in wanted:
            held.loose.append(f"{name} is named by no event.")


def _name(named: dict[str, Any]) -> str:
    return str(named["path"]).replace("\\", "/").rpartition("/")[2]
