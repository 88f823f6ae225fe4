"""Texts as a reader sees through them: what stands behind tricks of writing."""
