"""Makes the reference pages from the code; `docs/generate_reference.py` writes them."""
