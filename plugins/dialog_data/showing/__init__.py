"""Items of data sets as people want to see them."""
