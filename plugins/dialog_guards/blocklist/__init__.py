"""The guard `blocklist`: words that are not to be said, however they are disguised."""
