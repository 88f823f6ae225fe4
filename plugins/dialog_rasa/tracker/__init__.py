"""What has happened in a conversation, as predictions go by it."""
