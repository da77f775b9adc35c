"""Rehearsal: local stand-ins of the sites, under the sites' real addresses."""
