"""Custom actions: on an action server, or in this process."""
