"""Ways of holding a recorded dialogue with a bot."""
