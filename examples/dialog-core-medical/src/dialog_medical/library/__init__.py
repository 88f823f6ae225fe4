"""The health library: which condition a question is about, what is asked of it, and the passage that says so."""
