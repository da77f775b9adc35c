"""The language: YAML text becomes a typed Runbook that knows its lines. Imports nothing of the rest."""
