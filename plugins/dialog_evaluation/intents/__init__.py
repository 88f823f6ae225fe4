"""Measuring how well a bot understands what messages are about."""
