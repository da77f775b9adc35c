"""Execution of a plan: sections, the step loop, change log, resume, lock and evidence writing."""
