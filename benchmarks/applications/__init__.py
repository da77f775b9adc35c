"""Tries the example runbooks on the real applications: effects, second run, check, drift, kills and time."""
