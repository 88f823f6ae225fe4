"""The rich chat in the terminal."""
