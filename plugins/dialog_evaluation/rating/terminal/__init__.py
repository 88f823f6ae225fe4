"""Rating in the terminal, one pair of replies after the other."""
