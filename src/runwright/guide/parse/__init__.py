"""Parsing of guide files, Markdown dialects and HTML, into headings, items, labels and values."""
