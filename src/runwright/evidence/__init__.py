"""What a run leaves: journal, pictures, sums, reports. Knows no browser and no engine."""
