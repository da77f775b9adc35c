"""What can be done: one verb, one file. Blocks (`*.yaml`) that runbooks share stand here too."""
