"""What stands in a data set: counted in one pass, in memory that does not grow with it."""
