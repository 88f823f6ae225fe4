"""Fine-tuning a cross-encoder on judged replies."""
