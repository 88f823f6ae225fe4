"""Trainers of what `dialog_retrieval` serves."""

from dialog_core import Registry, hookimpl

_OPTIONS = "dialog_retrieval_training.options"


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the trainers, each under the name of the policy it trains."""
    registry.trainer("bm25", "dialog_retrieval_training.bm25_trainer:BM25Trainer", options=f"{_OPTIONS}:BM25Training")
    registry.trainer(
        "faiss",
        "dialog_retrieval_training.faiss_trainer:FaissTrainer",
        options=f"{_OPTIONS}:FaissTraining",
        extra="dialog-core[encoders]",
    )
    registry.trainer(
        "hybrid",
        "dialog_retrieval_training.hybrid_trainer:HybridTrainer",
        options=f"{_OPTIONS}:HybridTraining",
        extra="dialog-core[encoders]",
    )
