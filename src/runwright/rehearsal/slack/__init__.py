"""The Slack simulator: the pages for app developers, sign-in, consent, webhooks and a channel view."""

from runwright.rehearsal.slack.slack_simulator import SlackSimulator

__all__ = ["SlackSimulator"]
