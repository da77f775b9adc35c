"""The browser side of a run: launch, locate, observe, settle, block foreign documents, redact, take screenshots."""
