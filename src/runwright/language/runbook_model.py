"""The model of a valid runbook as written; every part knows its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from runwright.language.conditions import Condition
from runwright.language.diagnostics import Mark
from runwright.language.expressions import Expression, Template
from runwright.language.fields import NOT_EMPTY, Place, Seconds, Words
from runwright.language.patterns import Pattern
from runwright.language.targets import Target
from runwright.language.verb_spec import VerbModel

MAX_BRANCHES = 32
"""The largest number of branches of a runbook that are rehearsed."""


class RunbookPart(BaseModel):
    """A table of the runbook."""

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        defer_build=True,  # a runbook uses few of these models
    )
    mark: Mark = Field(default=Mark(1, 1), exclude=True, repr=False)


class Input(RunbookPart):
    """A value that is passed to a run."""

    description: Words
    """What it is, for the person who provides it."""
    type: Literal["text", "url", "number", "flag", "list"] = "text"
    """The type: `url` is an address with https or http, `list` is several texts."""
    example: str | list[str] | None = None
    """The value that rehearsals use."""
    default: str | list[str] | None = None
    """The value that is used when none is provided."""
    choices: Annotated[list[str] | None, NOT_EMPTY] = None
    """The only values allowed."""
    max_length: int | None = None
    """The maximum number of characters."""
    match: Pattern | None = None
    """A regular expression that the whole value must match; `description` explains it in words."""


class BasicAuth(RunbookPart):
    """The name and password that the browser gives to a site that asks for them itself, not on a page (HTTP 401)."""

    user: Template
    """The name."""
    password: Words
    """The name of the secret with the password."""


class Site(RunbookPart):
    """An origin that the runbook may use."""

    url: Template
    """The origin: scheme, host and port."""
    also: list[Template] = Field(default_factory=list)
    """More origins that belong to the site; `*.` matches any subdomain."""
    signed_out_when: Condition | None = None
    """A condition that only holds on the sign-in page."""
    signed_in_as: Target | None = None
    """The target that shows who is signed in; the evidence quotes it."""
    redact: list[Target] = Field(default_factory=list)
    """Targets that are redacted in every screenshot."""
    requests: Literal["any", "own"] = "any"
    """`own`: nothing is requested outside of the runbook's sites, whatever its kind: scripts, images, fetch, beacons,
    WebSockets. What is blocked stands in the journal. It holds for the whole run. Default: only documents are held."""
    trust: Template | None = None
    """Whom the run trusts at `url`, and nowhere else: a file with the certificate of an authority (PEM, relative to the
    runbook), or one key, `sha256/…`. Default: the authorities that this machine trusts."""
    client_certificate: Annotated[str | None, NOT_EMPTY] = None
    """The name of the secret with the certificate and its key, in PEM, by which the run identifies itself at `url`."""
    passkey: Annotated[str | None, NOT_EMPTY] = None
    """The name of the secret with the passkey of a service account. A virtual authenticator answers with it at `url`;
    without a source, a step may register a new one, which `keep` hands on. Devices are not asked in such a run."""
    basic_auth: BasicAuth | None = None
    """The name and password that the browser gives to `url`, where it asks for them itself (HTTP 401)."""
    simulator: dict[str, Template] | None = None
    """The simulator that rehearsals use: its kind, its options, and `reset`, a command that is run before each."""


class DeclaredSecret(RunbookPart):
    """A value that is never shown."""

    description: Words
    """What it is, for people."""
    type: Literal["text", "totp"] = "text"
    """`totp`: the value is the seed of an authenticator app, as the site printed it (base32 or `otpauth://…`). What is
    typed is the code of that moment, never the seed."""
    typed_at: list[str] = Field(default_factory=list)
    """The sites where it may be typed."""
    source: str | None = Field(default=None, alias="from")
    """The source if no step reads it from a page: `env:NAME`, `file:PATH`, `command:…`, `keyring:SERVICE/NAME`,
    `age:FILE`, `prompt`."""
    keep: str | None = None
    """Where a run hands the value once a step has read it from a page: `age:FILE`, or `command:…`, which gets it on
    standard input. Not in a rehearsal."""


class Banner(RunbookPart):
    """A banner or dialog that may appear at any time and is closed."""

    seen: Target
    """The target that shows that it is there."""
    click: Target
    """The control that closes it."""


class Window(RunbookPart):
    """The browser settings of a run; fixed by default, so that screenshots of two runs can be compared."""

    locale: str = "en-US"
    """The language that pages are requested in."""
    time_zone: str = "UTC"
    """The time zone that pages see."""
    window: str = "1280x800"
    """Width and height of the page in CSS pixels."""
    scale: Literal["1", "2", "3"] = "1"
    """Pixels of a screenshot per CSS pixel; use 2 for print."""

    def size(self) -> tuple[int, int]:
        """Width and height in CSS pixels."""
        width, _, height = self.window.partition("x")
        return int(width), int(height)


class CommonFields(RunbookPart):
    """The fields that every verb accepts."""

    name: Template | None = None
    """A sentence for people. Default: the guide's item, or a sentence made from the verb."""
    follows: list[str] = Field(default_factory=list)
    """The item of the guide that the step follows: `2.5` or `heading/5`."""
    when: Condition | None = None
    """Run the step only if this holds."""
    within: Seconds | None = None
    """How long to wait for `when`; the run goes on without the step if it does not come to hold. Default: no wait."""
    expect: Condition | None = None
    """What must hold after the step, within 5 s."""
    changes: bool = False
    """The step changes something outside the browser."""
    idempotent: bool = False
    """The change may be made a second time without harm."""
    timeout: Seconds | None = None
    """How long to look for the control and to wait for `expect`."""
    continue_on_error: bool = False
    """Continue after this step fails; the run still fails."""
    screenshot: Literal["viewport", "none", "page", "control"] = "viewport"
    """What the screenshot shows: the window, nothing, the whole page, or only the control. A change always has one."""
    implied: bool = False
    """The guide need not mention the step, since readers do it anyway."""


class SectionFields(RunbookPart):
    """The fields of a section, without its steps."""

    name: Words
    """What the section achieves, for people."""
    follows: list[str] = Field(default_factory=list)
    """The heading or item of the guide that the section follows."""
    controls: list[str] = Field(default_factory=list)
    """Identifiers of the audit controls that the section is evidence for."""
    open: Place
    """The page where it starts: a site and a path."""
    ready: Condition | None = None
    """What shows that the page has loaded; the run waits up to 30 s for it."""
    done_when: Condition | None = None
    """What shows that the section is done."""
    when: Expression | None = None
    """Run the section only if this is true."""
    waits_when: Condition | None = None
    """What shows that another person must act first."""
    waits_for: Template | None = None
    """Who must act, and where: a sentence for the person who started the run."""
    always_run: Annotated[str | None, NOT_EMPTY] = None
    """Why no page shows the effect; the section is then executed in every run."""
    window: Literal["new"] | None = None
    """`new`: the section has a window of its own, in which nobody is signed in; the first window stays as it is."""
    probe: bool = False
    """Executed only by `guide check` and `run --probes`, without changes: what a page rejects, or unused paths."""


@dataclass(frozen=True)
class Step:
    """One action or one check."""

    verb: str
    model: type[VerbModel]
    arguments: dict[str, Any]
    """The verb's fields: targets and conditions are parsed, expressions are not evaluated yet.

    Fields with errors are missing.
    """
    common: CommonFields
    mark: Mark
    path: Path


@dataclass(frozen=True)
class Group:
    """Steps that belong together: a block, a loop, or steps with a condition."""

    steps: tuple[Step | Group, ...]
    mark: Mark
    block: str | None = None
    variable: str | None = None
    items: Expression | None = None
    unless: Condition | None = None
    when: Condition | None = None
    within: float | None = None
    """Seconds to wait for `when` or `unless` to hold; None to read them once."""


@dataclass(frozen=True)
class Block:
    """Named steps that runbooks share."""

    name: str
    steps: tuple[Step | Group, ...]
    path: Path
    mark: Mark


@dataclass(frozen=True)
class Section:
    """A part of a runbook that starts by opening a page; the unit of skipping, checking and resuming."""

    number: int
    fields: SectionFields
    navigation: tuple[Step | Group, ...]
    steps: tuple[Step | Group, ...]
    mark: Mark
    on_failure: tuple[Step | Group, ...] = ()
    """The steps that put things back when the section has failed."""
    incomplete: bool = False
    """A field could not be read, which is reported already; fields that seem missing are not reported again."""

    @property
    def name(self) -> str:
        """What the section achieves."""
        return self.fields.name

    @property
    def changes(self) -> bool:
        """Whether any of its steps makes a change, those of `on_failure` included."""
        return any(step.common.changes for step in flat((*self.steps, *self.on_failure)))

    @property
    def every_step(self) -> Iterator[Step]:
        """All its steps: those of `navigation`, `steps` and `on_failure`."""
        return flat((*self.navigation, *self.steps, *self.on_failure))

    def applies(self, inputs: Mapping[str, Any]) -> bool:
        """Whether its `when` is true, or depends on more than the inputs. Raises ExpressionError."""
        when = self.fields.when
        return when is None or not (when.names <= inputs.keys()) or bool(when.value(inputs))


@dataclass(frozen=True)
class Runbook:
    """One file under `runbooks/`."""

    path: Path
    text: str
    name: str
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
    on_failure: tuple[Step | Group, ...] = ()
    """The steps that put things back when a section without `on_failure` of its own has failed."""
    resets: dict[str, tuple[Template, ...]] = field(default_factory=dict)
    """The commands that reset the servers behind the sites' simulators, by site: `reset` of `simulator`."""
    secret_sources: frozenset[str] = frozenset()
    """Names of secret sources of plug-ins, which may be used as well."""

    @property
    def slug(self) -> str:
        """The file's name without its suffix, used in commands and folder names."""
        return self.path.stem

    def branches(self, inputs: Mapping[str, Any]) -> Iterator[dict[str, str]]:
        """All combinations of the choices that ``inputs`` leaves open, as inputs by name; at most `MAX_BRANCHES`."""
        choices = {name: each.choices for name, each in self.inputs.items() if each.choices and name not in inputs}
        combinations = (dict(zip(choices, values, strict=True)) for values in product(*choices.values()))
        yield from islice(combinations, MAX_BRANCHES)


def flat(steps: tuple[Step | Group, ...]) -> Iterator[Step]:
    """All steps, including those of groups."""
    for each in steps:
        if isinstance(each, Group):
            yield from flat(each.steps)
        else:
            yield each
