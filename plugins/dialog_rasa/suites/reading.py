"""Reads files of test stories, and the stories of a bot where they are to be tests."""

from pathlib import Path
from typing import Final

from dialog_core.configuration import ConfigurationError, read_yaml
from dialog_rasa.dialogue.nodes import unknown_key
from dialog_rasa.dialogue.steps import OURS, Spelling
from dialog_rasa.dialogue.stories_reader import StoriesReader
from dialog_rasa.dialogue.values import Story
from dialog_rasa.project.marks import parse_marks

SUFFIXES: Final = (".stories.yaml", ".stories.yml")
_OF_RASA: Final = "test_"
_KEYS: Final = ("stories", "version")
_OF_A_BOT: Final = (  # what may stand beside stories where the file is a bot's own, and is no test
    "intents",
    "entities",
    "actions",
    "slots",
    "forms",
    "synonyms",
    "session_config",
    "responses",
    "rules",
)


def holds_stories(path: Path) -> bool:
    """Whether a file is YAML with `stories:`."""
    if path.suffix not in (".yaml", ".yml"):
        return False
    try:
        node = read_yaml(path)
    except ConfigurationError:
        return False  # whoever reads it tells what is wrong with it
    return isinstance(node.value, dict) and "stories" in node.value


def is_rasas(path: Path) -> bool:
    """Whether a file is called as Rasa wants its tests to be called."""
    return path.name.startswith(_OF_RASA) and not path.name.endswith(SUFFIXES)


def read_stories(path: Path) -> list[Story]:
    """Return the stories of a file; raise ConfigurationError with everything that is wrong with it.

    One that is called as in Rasa, `test_....yml`, is read with the marks and the liberties that it has there.
    """
    node = read_yaml(path)
    if not isinstance(node.value, dict):
        remedy = "Write `stories:`, and below it `- story: what it is about`."
        raise ConfigurationError([node.problem("this is no file of test stories", remedy=remedy)])
    ours = path.name.endswith(SUFFIXES)
    rasas = is_rasas(path)
    allowed = _KEYS if ours else (*_KEYS, *_OF_A_BOT)
    problems = [unknown_key(node, key, _KEYS, ()) for key in node.value if key not in allowed and not rasas]
    if "stories" not in node.value and not problems:
        problems.append(node.problem("there are no stories here", remedy="Write `stories:`."))
    reader = StoriesReader(problems, Spelling(marks=parse_marks, lenient=True) if rasas else OURS)
    reader.read_stories(node.child("stories"))
    if problems:
        raise ConfigurationError(problems)
    return reader.stories
