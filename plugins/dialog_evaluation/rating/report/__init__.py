"""What ratings say."""
