"""Which token comes next, and when a completion ends."""
