"""The conversation stores that come with the kernel: one in memory, one in a SQLite file."""
