"""Files beside a runbook: the baseline of reviewed items and the accepted findings; updates of moved references."""
