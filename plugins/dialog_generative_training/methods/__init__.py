"""The ways to train, one module each; see `setup.TrainingMethod`."""
