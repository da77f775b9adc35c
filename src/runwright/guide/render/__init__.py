"""Check results as text, HTML, SARIF, Markdown summary and diff."""
