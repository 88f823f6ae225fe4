"""Measuring how well a bot finds what answers questions."""
