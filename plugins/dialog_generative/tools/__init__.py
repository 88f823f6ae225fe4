"""Actions a language model may call."""
