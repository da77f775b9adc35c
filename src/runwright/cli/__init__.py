"""The command line: one file for each group of commands, the shared options, and the output for people."""
