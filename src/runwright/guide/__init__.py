"""Guides: parsing, comparing with runs, the baseline and reports. Needs no browser: it reads journals."""
