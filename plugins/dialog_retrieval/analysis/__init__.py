"""Cutting text into the terms that retrieval counts."""
