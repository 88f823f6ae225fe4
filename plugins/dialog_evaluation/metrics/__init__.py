"""Metrics of decisions with probabilities, one in a file."""
