"""Questions about products: understood, searched for, and told."""
