"""The command line: one file for each group of commands, shared options, what people see of a run."""
