"""Data sets written, one file for each format."""
