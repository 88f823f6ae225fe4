"""Readers of knowledge: questions and their answers."""
