"""Retrieval by meaning: texts as vectors, near ones mean alike."""
