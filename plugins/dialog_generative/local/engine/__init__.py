"""Who is answered when: one thread runs the model for everybody who waits."""
