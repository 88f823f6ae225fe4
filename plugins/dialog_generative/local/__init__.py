"""The policy `transformers`: a language model that runs here."""
