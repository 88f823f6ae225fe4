"""The review in the terminal: one suggestion after the other, one key each."""
