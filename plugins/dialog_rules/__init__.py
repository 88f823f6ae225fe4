"""Pattern rules, task flows and actions."""
