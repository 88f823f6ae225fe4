"""The policy `stories`: taking the actions that are predicted."""
