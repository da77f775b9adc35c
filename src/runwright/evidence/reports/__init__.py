"""Reports that are made from a run folder alone: HTML, JUnit, PDF and a single-file page."""
