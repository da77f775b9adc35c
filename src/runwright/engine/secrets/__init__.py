"""Secrets: the sources of their values, the sites that may receive them, and their removal from all output."""
