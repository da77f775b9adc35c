"""The images of the evidence: PNG, caption, redaction, fonts."""
