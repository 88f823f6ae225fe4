"""The guard `prompt_injection`: attempts to make a language model act against whoever runs it."""
