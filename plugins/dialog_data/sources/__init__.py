"""Data sets as they were published, one file for each format."""
