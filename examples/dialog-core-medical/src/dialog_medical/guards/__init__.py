"""What goes out neither diagnoses nor doses, and says what it is worth."""
