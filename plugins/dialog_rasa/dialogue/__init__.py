"""What a bot with stories consists of: slots, forms, responses, rules, stories; and reading its files."""
