"""The kinds of stand-ins that ship."""

from __future__ import annotations

from collections.abc import Mapping

from runwright.rehearsal.local_simulator import LocalStandIn
from runwright.rehearsal.simulator import StandIn
from runwright.rehearsal.slack import SlackStandIn
from runwright.rehearsal.wandb import WandbStandIn

KINDS: Mapping[str, type[StandIn]] = {"slack": SlackStandIn, "wandb": WandbStandIn, "local": LocalStandIn}
