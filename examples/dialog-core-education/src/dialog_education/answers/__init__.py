"""Whether an answer is right, however a pupil puts it."""
