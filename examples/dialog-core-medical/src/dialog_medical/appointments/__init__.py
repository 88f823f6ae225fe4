"""Appointments: what the flows do, and the diary they do it in."""
