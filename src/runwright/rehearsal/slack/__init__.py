"""The Slack stand-in: the pages for app developers, sign-in, consent, webhooks and a channel view."""

from runwright.rehearsal.slack.slack_simulator import SlackStandIn

__all__ = ["SlackStandIn"]
