"""Parting a data set for training, validation and test, and seeing that nothing stands in two parts."""
