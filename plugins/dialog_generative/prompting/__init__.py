"""From a turn to what a language model is told."""
