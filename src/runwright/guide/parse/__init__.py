"""Guide files to headings, items, labels and values, whatever the markup dialect."""
