"""Projects on disk: find runbooks, create a project, validate its runbooks, check the machine."""
