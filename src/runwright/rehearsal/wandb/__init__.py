"""The simulator of a W&B server."""

from runwright.rehearsal.wandb.wandb_simulator import WandbSimulator

__all__ = ["WandbSimulator"]
