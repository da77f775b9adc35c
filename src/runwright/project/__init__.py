"""Projects: find runbooks, start a project, validate its runbooks, check the machine."""
