"""A runbook as it was written, read and found sound; every part knows its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from runwright.language.conditions import Condition
from runwright.language.diagnostics import Mark
from runwright.language.expressions import Expression, Template
from runwright.language.fields import NOT_EMPTY, Place, Seconds, Words
from runwright.language.targets import Target
from runwright.language.verb_spec import VerbModel


class Part(BaseModel):
    """A table of the runbook."""

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        defer_build=True,  # a runbook uses few of them
    )
    mark: Mark = Field(default=Mark(1, 1), exclude=True, repr=False)


class Input(Part):
    """A value that a run is given."""

    about: Words
    """What it is, for the person who gives it."""
    type: Literal["text", "url", "number", "flag", "list"] = "text"
    """What may be given: `url` is an address with https or http, `list` several texts."""
    example: str | list[str] | None = None
    """What rehearsals use."""
    default: str | list[str] | None = None
    """What is used when nothing is given."""
    choices: Annotated[list[str] | None, NOT_EMPTY] = None
    """The only values that may be given."""
    max_length: int | None = None
    """How many characters a text may have."""
    match: re.Pattern[str] | None = None
    """What the whole of it must look like; `about` says so in words."""


class Site(Part):
    """An origin that the runbook may touch."""

    url: Template
    """Its address: scheme, host and port."""
    also: list[Template] = Field(default_factory=list)
    """More origins that belong to it; `*.` stands for any subdomain."""
    signed_out_when: Condition | None = None
    """A sign of its sign-in page that is there when nobody is signed in."""
    signed_in_as: Target | None = None
    """Where the page says who is signed in; the evidence quotes it."""
    conceal: list[Target] = Field(default_factory=list)
    """Targets that no picture may show."""
    stand_in: dict[str, Template] | None = None
    """The stand-in that rehearsals use: its kind, and options for it."""


class DeclaredSecret(Part):
    """A value that nothing may show."""

    about: Words
    """What it is, for people."""
    typed_at: list[str] = Field(default_factory=list)
    """The sites that it may be typed into."""
    source: str | None = Field(default=None, alias="from")
    """Where it comes from when it is not read off a page: `env:NAME`, `file:PATH`, `command:…`, `prompt`."""


class Banner(Part):
    """Something that may come up at any time and is in the way."""

    seen: Target
    """What shows that it is there."""
    click: Target
    """What makes it go away."""


class Window(Part):
    """The browser that the run uses; fixed, so that pictures of two runs can be compared."""

    locale: str = "en-US"
    """The language that pages are asked for."""
    time_zone: str = "UTC"
    """The time zone that pages see."""
    window: str = "1280x800"
    """Width and height of the page in CSS pixels."""
    scale: Literal["1", "2", "3"] = "1"
    """Pixels of a picture per CSS pixel; 2 for pictures that are printed."""

    def size(self) -> tuple[int, int]:
        width, _, height = self.window.partition("x")
        return int(width), int(height)


class Frame(Part):
    """What may stand around any verb."""

    say: Template | None = None
    """A sentence for people; without it, reports show the guide's item or what the verb says."""
    follows: list[str] = Field(default_factory=list)
    """The item of the guide that the step follows: `2.5` or `heading/5`."""
    when: Condition | None = None
    """The step is done only when this holds."""
    expect: Condition | None = None
    """What must come to hold afterwards, within 5 s."""
    commits: bool = False
    """The step changes something outside the browser."""
    repeatable: bool = False
    """A commit that may be done a second time without harm."""
    timeout: Seconds | None = None
    """How long to look for the control and to wait for what is expected."""
    go_on: bool = False
    """Go on after this step fails; the run still fails."""
    picture: Literal["yes", "no", "page", "control"] = "yes"
    """What its picture shows: the window, nothing, the whole page, or the control alone. A commit always has one."""
    obvious: bool = False
    """A guide need not mention the step: a reader who comes here does it by himself."""


class SectionHead(Part):
    """What a section says of itself, without its steps."""

    title: Words
    """What it brings about, for people."""
    follows: list[str] = Field(default_factory=list)
    """The heading or item of the guide that the section follows."""
    controls: list[str] = Field(default_factory=list)
    """Names of audit controls that the section is evidence for."""
    open: Place
    """Where it begins: a site and a path."""
    ready: Condition | None = None
    """What shows that the place is there; it waits up to 30 s for it."""
    done_when: Condition | None = None
    """What shows that there is nothing left to do."""
    when: Expression | None = None
    """The section counts only when this is true."""
    waits_when: Condition | None = None
    """What shows that somebody else must act first."""
    waits_for: Template | None = None
    """Who must act, and where: a sentence for the person whose run waits."""
    every_time: Annotated[str | None, NOT_EMPTY] = None
    """Why no page shows the effect afterwards; it then runs in every run."""
    probe: bool = False
    """Runs in the guide check alone, leaving nothing behind: what a page refuses, or a way that the others pass by."""


@dataclass(frozen=True)
class Step:
    """One action or one look."""

    verb: str
    model: type[VerbModel]
    arguments: dict[str, Any]
    """The verb's fields as written: targets and conditions read, expressions not yet worked out.

    Where a fault was told, what could be read of them.
    """
    frame: Frame
    mark: Mark
    path: Path


@dataclass(frozen=True)
class Group:
    """Steps that belong together: a block, or what is done for each item of a list."""

    steps: tuple[Step | Group, ...]
    mark: Mark
    block: str | None = None
    variable: str | None = None
    items: Expression | None = None
    unless: Condition | None = None
    when: Condition | None = None


@dataclass(frozen=True)
class Block:
    """Named steps that runbooks share."""

    name: str
    steps: tuple[Step | Group, ...]
    path: Path
    mark: Mark


@dataclass(frozen=True)
class Section:
    """A stretch of a runbook that begins by opening a page; the unit of skipping, checking and resuming."""

    number: int
    head: SectionHead
    reach: tuple[Step | Group, ...]
    steps: tuple[Step | Group, ...]
    mark: Mark
    partly: bool = False
    """Something of its head could not be read, which is told already: what it seems to lack may stand there."""

    @property
    def title(self) -> str:
        return self.head.title

    @property
    def commits(self) -> bool:
        return any(step.frame.commits for step in flat(self.steps))

    def applies(self, inputs: Mapping[str, Any]) -> bool:
        """Whether its `when` lets it be done, as far as the inputs alone say so. Raises ExpressionError."""
        when = self.head.when
        return when is None or not (when.names <= inputs.keys()) or bool(when.value(inputs))


@dataclass(frozen=True)
class Runbook:
    """One file under `runbooks/`."""

    path: Path
    text: str
    title: str
    guide: str | None
    inputs: dict[str, Input]
    sites: dict[str, Site]
    secrets: dict[str, DeclaredSecret]
    blocks: dict[str, Block]
    sections: tuple[Section, ...]
    dismiss: tuple[Banner, ...]
    browser: Window
    verbs: dict[str, Path] = field(default_factory=dict)
    """The file of each verb that the runbook uses."""

    @property
    def name(self) -> str:
        return self.path.stem


def flat(steps: tuple[Step | Group, ...]) -> Iterator[Step]:
    """All steps, those of groups included."""
    for each in steps:
        if isinstance(each, Group):
            yield from flat(each.steps)
        else:
            yield each
