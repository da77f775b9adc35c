"""The base class of every verb: its fields come from the language, its action from the subclass."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from runwright.language.conditions import CONDITIONS, Condition
from runwright.language.expressions import Template
from runwright.language.targets import Target
from runwright.language.verb_spec import VerbModel

if TYPE_CHECKING:
    from runwright.engine.run.step_context import StepContext


class Verb(VerbModel):
    """One kind of step. A file in `steps/` defines one subclass, and has its name.

    The annotated fields are what a runbook writes: the first is the verb's own value, the others stand beside it. The
    class docstring becomes the reference page. `name`, `summary` and the other class variables of ``VerbModel`` say how
    the verb is written, how reports name it, and what may be done with it.
    """

    screenshot_at: ClassVar[Literal["before", "after"]] = "after"
    """When its screenshot shows most: `before` if the control may be gone afterwards."""

    def target_named(self) -> Target | None:
        """The control that is located before the verb acts: the verb's own value, if that is a target."""
        value = getattr(self, type(self).subject())
        return value if isinstance(value, Target) else None

    def condition_named(self) -> Condition | None:
        """What the verb looks for, and its screenshot shows: the verb's own value, if that is a condition."""
        value = getattr(self, type(self).subject())
        return value if isinstance(value, CONDITIONS) else None

    def texts(self) -> list[str]:
        """The texts in the verb's other fields, such as the options that it chooses; no secrets."""
        values = [getattr(self, name) for name in type(self).model_fields if name != type(self).subject()]
        every = [each for value in values for each in (value if isinstance(value, list) else [value])]
        return [str(each) for each in every if isinstance(each, str | Template)]

    def act(self, context: StepContext) -> None:
        """Perform the step. Raises StepFailed with what the user must know."""
        raise NotImplementedError
