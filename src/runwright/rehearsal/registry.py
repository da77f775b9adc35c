"""The simulators by kind: those that ship, and those of installed packages."""

from __future__ import annotations

from runwright.language.diagnostics import Diagnostic, UserError
from runwright.plugins import GROUPS, plugins
from runwright.rehearsal.local_simulator import LocalSimulator
from runwright.rehearsal.simulator import Simulator
from runwright.rehearsal.slack import SlackSimulator
from runwright.rehearsal.wandb import WandbSimulator

SHIPPED: dict[str, type[Simulator]] = {"slack": SlackSimulator, "wandb": WandbSimulator, "local": LocalSimulator}


def simulator_kinds() -> dict[str, type[Simulator]]:
    """All simulators by kind. Raises UserError if a package offers something else, or a kind that exists already."""
    kinds = dict(SHIPPED)
    for name, offered in plugins("simulators").items():
        if not (isinstance(offered, type) and issubclass(offered, Simulator)):
            message = f"The entry `{name}` in `runwright.simulators` is not {GROUPS['simulators']}."
            raise UserError(Diagnostic(message, "Let the entry name such a class."))
        if offered.kind in kinds:
            message = f"The simulator `{name}` has the kind `{offered.kind}`, which exists already."
            raise UserError(Diagnostic(message, "Give it another `kind`."))
        kinds[offered.kind] = offered
    return kinds
