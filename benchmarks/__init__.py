"""Benchmarks: runwright compared with a plain Playwright script. `make bench` runs them and writes a page in docs/."""
