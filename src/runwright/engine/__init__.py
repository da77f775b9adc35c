"""The run loop and what it stands on. Knows no verb and no site by name."""
