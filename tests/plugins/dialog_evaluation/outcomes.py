"""Tests to tell outcomes of, without running anything."""

from pathlib import Path

from dialog_evaluation.conversations.test_file import ConversationTest, LocatedTest


def located(name: str, file: str = "shop.tests.yaml", line: int = 2) -> LocatedTest:
    """Return a test of two steps that begins on `line`."""
    test = ConversationTest.model_validate({"name": name, "steps": [{"user": "hi"}, {"user": "bye", "bot": "Bye!"}]})
    return LocatedTest(Path(file), line, (line + 1, line + 2), test)
