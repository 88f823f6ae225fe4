"""What a piece of evidence says to a language model."""

from dialog_core import Evidence


def told(evidence: Evidence) -> str:
    """Return the text of a piece of evidence: of a question that was found, with what it is answered with."""
    answer = evidence.metadata.get("answer")
    if not isinstance(answer, str) or not answer or answer == evidence.text:
        return evidence.text
    return f"{evidence.text}\n{answer}".strip()
