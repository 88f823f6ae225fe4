"""People labelling texts, with what a bot would say of them."""
