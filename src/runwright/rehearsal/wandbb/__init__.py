"""The stand-in of a W&B server."""

from runwright.rehearsal.wandbb.site import WandbStandIn

__all__ = ["WandbStandIn"]
