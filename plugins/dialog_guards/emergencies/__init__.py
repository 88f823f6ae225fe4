"""Emergencies: that somebody may need help now, in English and Chinese, and what is answered at once."""
