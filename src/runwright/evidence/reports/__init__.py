"""Reports made from a run folder alone: HTML, JUnit, PDF, single file."""
