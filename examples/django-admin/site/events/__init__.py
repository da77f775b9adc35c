"""A small app to have something to administer."""
