"""Calibration: for each policy a monotone map from its raw score to the probability that it is right."""
