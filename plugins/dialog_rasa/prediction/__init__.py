"""Which action comes next."""
