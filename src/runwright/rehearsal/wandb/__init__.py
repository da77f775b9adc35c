"""The stand-in of a W&B server."""

from runwright.rehearsal.wandb.wandb_simulator import WandbStandIn

__all__ = ["WandbStandIn"]
