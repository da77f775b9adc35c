"""Verbs of Acme, one file each."""
