"""Labelling by people: what there is to label, what a bot suggests, the log of decisions, how far people agree."""
