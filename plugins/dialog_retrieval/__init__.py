"""Text analysis and retrieval policies."""
