"""Questions that make sense only with what was said before: "And how much is it?"."""
