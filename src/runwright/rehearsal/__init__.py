"""Rehearsals: local simulators of sites, served under the sites' real addresses."""
