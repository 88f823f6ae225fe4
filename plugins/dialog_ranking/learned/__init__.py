"""Learned ranking: a model over features, every decision of which can be taken apart."""
