"""The review file: suggestions as people read and edit them, and what they have decided."""
