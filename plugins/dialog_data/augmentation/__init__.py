"""Ways of making further examples of those there are, one file for each."""
