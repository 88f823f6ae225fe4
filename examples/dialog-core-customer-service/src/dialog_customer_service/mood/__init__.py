"""How a customer feels, and how the bot's tone follows."""
