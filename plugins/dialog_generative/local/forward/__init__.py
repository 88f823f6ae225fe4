"""The model itself, called the way that caches and batches need."""
