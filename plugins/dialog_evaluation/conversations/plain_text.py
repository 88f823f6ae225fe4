"""How a failed test is told, line by line, without colours."""

from collections.abc import Iterator

from dialog_core.interfaces import CheckedStep
from dialog_core.text import repair_text, strip_controls
from dialog_evaluation.conversations.foreign import AnyOutcome, ForeignOutcome
from dialog_evaluation.conversations.outcome import Line, Mismatch

INDENT = "    "


def headline(outcome: AnyOutcome) -> str:
    """Return in one line what is wrong."""
    if isinstance(outcome, ForeignOutcome):
        return _foreign_headline(outcome)
    if outcome.verdict == "error":
        return f"step {outcome.step + 1}: {outcome.error.splitlines()[0]}"
    told = "; ".join(f"{wrong.what}: expected {wrong.expected}, got {wrong.got}" for wrong in outcome.mismatches)
    return f"step {outcome.step + 1}: {told}"


def _foreign_headline(outcome: ForeignOutcome) -> str:
    if outcome.outcome.error:
        return outcome.outcome.error.splitlines()[0]
    first, *more = outcome.wrong
    further = f", and {len(more)} more" if more else ""
    return f"line {first.line}: {first.what}: expected {first.expected}, got {first.got}{further}"


def where(outcome: AnyOutcome) -> str:
    """Return the place of the step it is about, as editors and terminals take it for a link."""
    return f"{outcome.test.file}:{outcome.line}"


def failure_lines(outcome: AnyOutcome) -> Iterator[str]:
    """Yield what was expected and what happened, the conversation so far, and the bot's own reason."""
    if isinstance(outcome, ForeignOutcome):
        yield from _foreign_lines(outcome)
        return
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


def _foreign_lines(outcome: ForeignOutcome) -> Iterator[str]:
    yield summed_up(outcome)
    yield from (f"{INDENT}{line}" for line in outcome.outcome.error.splitlines())
    for step in outcome.wrong:
        yield from step_lines(outcome, step)


def summed_up(outcome: ForeignOutcome) -> str:
    """Return where a test of another form stands, and how much of it is not as it says."""
    place = f"{outcome.test.file}:{outcome.test.line}"
    if outcome.outcome.error:
        return f"{place}: it could not be run"
    return f"{place}: {len(outcome.wrong)} of {len(outcome.outcome.steps)} checks are not as it says"


def step_lines(outcome: ForeignOutcome, step: CheckedStep) -> Iterator[str]:
    """Yield a check that did not pass: where and what, and the two sides below each other."""
    yield f"  {outcome.test.file}:{step.line}: {step.what}"
    yield f"{INDENT}expected  {step.expected}"
    yield f"{INDENT}got       {step.got}"
    if step.why:
        yield f"{INDENT}why       {step.why}"


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
