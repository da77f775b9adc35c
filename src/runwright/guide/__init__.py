"""Guides: what they tell, which steps follow which item, and where guide and pages disagree. No browser here."""
