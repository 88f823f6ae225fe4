"""Replies beside what people said: the cases of recorded dialogues, baselines, leakage and figures."""
