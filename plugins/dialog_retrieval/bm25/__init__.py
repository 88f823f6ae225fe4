"""Retrieval by shared words."""
