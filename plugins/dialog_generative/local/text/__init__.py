"""Between chats and tokens: templates, tokens, and replies read back."""
