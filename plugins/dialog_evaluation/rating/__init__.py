"""People compare replies side by side, without knowing whose they are: what they say, and what follows from it."""
