"""What a file in `steps/` imports to define a verb."""

from runwright.engine.outcomes import StepFailed, Stopped
from runwright.engine.stage import Stage
from runwright.engine.verb import Verb
from runwright.language.conditions import Condition
from runwright.language.fields import BlockName, Place, Seconds, Variable
from runwright.language.secret import Secret
from runwright.language.targets import Target, named

__all__ = [
    "BlockName",
    "Condition",
    "Place",
    "Seconds",
    "Secret",
    "Stage",
    "StepFailed",
    "Stopped",
    "Target",
    "Variable",
    "Verb",
    "named",
]
