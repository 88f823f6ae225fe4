"""The guards `length` and `repetition`: how much may be said, and how often the same."""
