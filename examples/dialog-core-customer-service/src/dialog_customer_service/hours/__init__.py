"""Opening hours: read from a file, asked about in words, told in the right time zone."""
