"""The stand-in of Slack's pages."""

from runwright.rehearsal.slackb.site import SlackStandIn

__all__ = ["SlackStandIn"]
