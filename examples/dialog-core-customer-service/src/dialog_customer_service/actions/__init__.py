"""The actions of the flows. They translate between the conversation and the shop, and know nothing of words to say."""
