"""What is common to files, whatever stands in them."""
