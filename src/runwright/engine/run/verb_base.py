"""What every verb derives from: its grammar comes from the language, what it does stands here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from runwright.language.targets import Target
from runwright.language.verb_spec import VerbModel

if TYPE_CHECKING:
    from runwright.engine.run.context import Stage


class Verb(VerbModel):
    """One thing that a step can do. A file in `steps/` holds one subclass and bears its name."""

    pictured: ClassVar[Literal["before", "after"]] = "after"
    """When its picture shows most: before, where the control may be gone afterwards."""

    def target_named(self) -> Target | None:
        """The control that is found before the verb acts: its own value, when that is a target."""
        value = getattr(self, type(self).subject())
        return value if isinstance(value, Target) else None

    def act(self, stage: Stage) -> None:
        """Do it. Raises StepFailed with what a person must know."""
        raise NotImplementedError
