"""The tutor: what it hears, how a round goes, and what it says."""
