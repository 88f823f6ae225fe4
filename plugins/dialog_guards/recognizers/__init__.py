"""Finding pieces of texts that are of a certain kind, such as personal data."""
