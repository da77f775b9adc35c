"""The simulators that ship, by kind."""

from __future__ import annotations

from collections.abc import Mapping

from runwright.rehearsal.local_simulator import LocalSimulator
from runwright.rehearsal.simulator import Simulator
from runwright.rehearsal.slack import SlackSimulator
from runwright.rehearsal.wandb import WandbSimulator

KINDS: Mapping[str, type[Simulator]] = {"slack": SlackSimulator, "wandb": WandbSimulator, "local": LocalSimulator}
