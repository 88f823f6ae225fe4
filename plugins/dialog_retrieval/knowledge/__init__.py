"""The entries retrieval searches, and the indexes of them."""
