"""What is not for a lesson with children, and what a grown-up should look at."""
