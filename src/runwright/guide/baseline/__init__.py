"""What is kept beside a runbook: reviewed items, accepted findings, moved references."""
