"""Several retrievers put together: their results fused, reranked and spread."""
