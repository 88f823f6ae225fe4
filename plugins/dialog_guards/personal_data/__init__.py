"""The guard `pii`: personal data is replaced before anything is stored or sent."""
