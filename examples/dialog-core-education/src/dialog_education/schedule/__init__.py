"""When what is learnt is asked again, and what is kept of it."""
