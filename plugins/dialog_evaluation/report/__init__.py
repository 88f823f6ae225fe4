"""What runs say about a bot: figures with intervals, comparisons, trends; on a terminal, as JSON, as a page."""
