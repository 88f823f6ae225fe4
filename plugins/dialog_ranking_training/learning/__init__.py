"""What feedback teaches: a new ranking, and suggestions for the knowledge."""
