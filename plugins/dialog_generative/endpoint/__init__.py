"""The policy `openai`: a language model behind an OpenAI-compatible endpoint."""
