"""Writing what was accepted into files of knowledge, which otherwise stay as they are."""

from dialog_ranking_training.learning.writing.change import Change, Unwritable
from dialog_ranking_training.learning.writing.writer import KnowledgeWriter, Written

__all__ = ["Change", "KnowledgeWriter", "Unwritable", "Written"]
