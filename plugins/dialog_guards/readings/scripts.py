"""The scripts of texts, as far as guards have to tell them apart: parts of regular expressions."""

HAN = r"[\u3400-\u9fff\uf900-\ufaff]"
"""A Chinese character (CJK unified ideographs, their extension A, and the compatibility ones)."""
