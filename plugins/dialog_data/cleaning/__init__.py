"""Steps of cleaning, one file for each, and what a run of them reports."""
