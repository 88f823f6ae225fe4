"""What is kept of conversations that are longer than a model can read."""
