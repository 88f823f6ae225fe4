"""Measuring what guards object to, and what they should have objected to."""
