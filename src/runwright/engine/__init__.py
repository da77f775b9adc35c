"""Executes runbooks: the browser, the run loop and the handling of secrets. Knows no verb and no site by name."""
