"""Reading a project that was made for Rasa, 2.x or 3.x."""
