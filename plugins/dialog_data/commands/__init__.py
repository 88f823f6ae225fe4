"""`dialog-core data ...`: one file for each command."""
