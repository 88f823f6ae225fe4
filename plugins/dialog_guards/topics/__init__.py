"""The guard `topics`: what a bot talks about, and what it does not."""
