"""People rating replies side by side, without knowing whose they are."""
