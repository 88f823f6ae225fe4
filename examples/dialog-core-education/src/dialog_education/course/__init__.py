"""What a teacher writes down: courses of units of items."""
