"""The stand-in of a W&B server."""

from runwright.rehearsal.wandb.site import WandbStandIn

__all__ = ["WandbStandIn"]
