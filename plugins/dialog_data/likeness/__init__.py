"""What is almost the same, found among very much."""
