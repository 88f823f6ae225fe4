"""What a piece of evidence says to a language model."""

from dialog_core import Evidence
from dialog_generative.prompting.shortening import cut_end

LONGEST_EVIDENCE = 2_000  # characters; the passages of documents are shorter, and twenty longer ones fit no window


def told(evidence: Evidence) -> str:
    """Return the text of a piece of evidence, not too long: of a question that was found, with its answer."""
    answer = evidence.metadata.get("answer")
    if not isinstance(answer, str) or not answer or answer == evidence.text:
        return cut_end(evidence.text, LONGEST_EVIDENCE)
    return cut_end(f"{evidence.text}\n{answer}".strip(), LONGEST_EVIDENCE)
