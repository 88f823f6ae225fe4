"""A small transformer that reads context and reply together."""
