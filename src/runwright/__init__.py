"""Runbooks for settings that exist only as web pages, with a screenshot at every step as audit evidence."""

__version__ = "0.1.0"
