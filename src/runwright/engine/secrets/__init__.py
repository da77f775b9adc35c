"""Secrets: where their values come from, where they may be typed, how they are scrubbed from output."""
