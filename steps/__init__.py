"""The verbs that ship with runwright, one file each, and the blocks (`*.yaml`) that runbooks share."""
