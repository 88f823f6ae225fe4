"""Measuring what language models say."""
