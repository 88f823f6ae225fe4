"""Tests in the form of stories: predicted step by step, nothing is carried out."""
