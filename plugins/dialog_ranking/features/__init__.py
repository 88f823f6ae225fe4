"""What rankers look at: named numbers about each candidate, the turn, and the other candidates."""
