"""What replies rest on: evidence in, citations and groundedness out."""
