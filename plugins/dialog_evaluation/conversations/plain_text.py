"""How a failed test is told, line by line, without colours."""

from collections.abc import Iterator

from dialog_core.text import repair_text, strip_controls
from dialog_evaluation.conversations.outcome import Line, Mismatch, Outcome

INDENT = "    "


def headline(outcome: Outcome) -> str:
    """Return in one line what is wrong."""
    if outcome.verdict == "error":
        return f"step {outcome.step + 1}: {outcome.error.splitlines()[0]}"
    told = "; ".join(f"{wrong.what}: expected {wrong.expected}, got {wrong.got}" for wrong in outcome.mismatches)
    return f"step {outcome.step + 1}: {told}"


def where(outcome: Outcome) -> str:
    """Return the place of the step it is about, as editors and terminals take it for a link."""
    return f"{outcome.test.file}:{outcome.line}"


def failure_lines(outcome: Outcome) -> Iterator[str]:
    """Yield what was expected and what happened, the conversation so far, and the bot's own reason."""
    step = outcome.test.test.steps[outcome.step]
    said = f", user: {step.user}" if step.user is not None else ""
    yield f"{where(outcome)}: step {outcome.step + 1} of {len(outcome.test.test.steps)}{said}"
    if outcome.error:
        yield from (f"{INDENT}{line}" for line in outcome.error.splitlines())
    for wrong in outcome.mismatches:
        yield from mismatch_lines(wrong)
    if outcome.conversation:
        yield "  The conversation:"
        for line in outcome.conversation:
            yield from spoken_lines(line)
    if outcome.why:
        yield f"  Why: {outcome.why[0]}"
        yield from (f"{INDENT}{line}" for line in outcome.why[1:])


def mismatch_lines(wrong: Mismatch) -> Iterator[str]:
    """Yield one mismatch: what, and the two sides below each other."""
    yield f"  {wrong.what}"
    yield f"{INDENT}expected  {wrong.expected}"
    yield f"{INDENT}got       {wrong.got}"


def spoken_lines(line: Line) -> Iterator[str]:
    """Yield what was said, further lines of it indented below the first."""
    first, *more = line.text.splitlines() or [""]
    yield f"{INDENT}{line.who}: {first}"
    yield from (f"{INDENT}{' ' * (len(line.who) + 2)}{text}" for text in more)


def clean(text: str) -> str:
    """Return text fit for a terminal."""
    return strip_controls(repair_text(text))
