"""The browser side of a run: launch, locate, observe, settle, guard, redact, take screenshots."""
