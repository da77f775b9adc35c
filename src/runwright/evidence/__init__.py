"""The evidence of a run: journal, screenshots, sums, reports, verification. Independent of browser and engine."""
