"""Shops to talk to: the demonstration, a SQLite file, a web service. Each is a class with the methods of `Shop`."""
