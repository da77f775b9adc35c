"""The runbook language: parses YAML into a typed Runbook that knows its lines. Imports no other runwright package."""
