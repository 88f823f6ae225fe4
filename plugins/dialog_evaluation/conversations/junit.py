"""How tests went, as JUnit XML: the form continuous integration reads."""

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

from dialog_core.configuration import write_output
from dialog_core.text import repair_text, strip_controls
from dialog_evaluation.conversations.counts import counts_of
from dialog_evaluation.conversations.foreign import AnyOutcome
from dialog_evaluation.conversations.plain_text import failure_lines, headline

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


def write_junit(outcomes: Sequence[AnyOutcome], path: Path) -> None:
    """Write the report; one suite for each file, one case for each test."""
    root = ElementTree.Element("testsuites", {"name": "dialog-core test", **_totals(outcomes)})
    for file, group in groupby(outcomes, key=lambda outcome: outcome.test.file):
        of_file = list(group)
        named = {"name": _clean(file.name), "file": _clean(str(file))}
        suite = ElementTree.SubElement(root, "testsuite", {**named, **_totals(of_file)})
        _add_counts(suite, of_file)
        for outcome in of_file:
            _add(suite, outcome)
    ElementTree.indent(root)
    write_output(path, ElementTree.tostring(root, encoding="utf-8", xml_declaration=True).decode())


def _add(suite: ElementTree.Element, outcome: AnyOutcome) -> None:
    test = outcome.test
    case = ElementTree.SubElement(
        suite,
        "testcase",
        name=_clean(test.name),
        classname=_clean(test.file.name.removesuffix(".yaml").removesuffix(".yml")),
        file=_clean(str(test.file)),
        line=str(outcome.line),
        time=f"{outcome.seconds:.3f}",
    )
    _add_counts(case, [outcome])
    if outcome.verdict == "not run":
        ElementTree.SubElement(case, "skipped", message="not run after an earlier failure")
    elif outcome.bad:
        kind = "failure" if outcome.verdict == "failed" else "error"
        told = ElementTree.SubElement(case, kind, message=_clean(headline(outcome)), type=kind)
        told.text = _clean("\n".join(failure_lines(outcome)))


def _add_counts(element: ElementTree.Element, outcomes: Sequence[AnyOutcome]) -> None:
    """Add how much was as tests of other forms say; nothing for conversation tests."""
    counts = counts_of(outcomes)
    if not counts:
        return
    properties = ElementTree.SubElement(element, "properties")
    for count in counts:
        for part, number in (("passed", count.passed), ("total", count.total)):
            ElementTree.SubElement(properties, "property", name=_clean(f"{count.what}.{part}"), value=str(number))


def _totals(outcomes: Sequence[AnyOutcome]) -> dict[str, str]:
    verdicts = [outcome.verdict for outcome in outcomes]
    return {
        "tests": str(len(verdicts)),
        "failures": str(verdicts.count("failed")),
        "errors": str(verdicts.count("error")),
        "skipped": str(verdicts.count("not run")),
        "time": f"{sum(outcome.seconds for outcome in outcomes):.3f}",
    }


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", strip_controls(repair_text(text)))
