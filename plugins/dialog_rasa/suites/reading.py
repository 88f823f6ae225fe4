"""Reads files of test stories, and the stories of a bot where they are to be tests."""

from pathlib import Path
from typing import Final

from dialog_core.configuration import ConfigurationError, Problem, read_yaml
from dialog_rasa.dialogue.nodes import unknown_key
from dialog_rasa.dialogue.stories_reader import StoriesReader
from dialog_rasa.dialogue.values import Story

SUFFIXES: Final = (".stories.yaml", ".stories.yml")
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


def read_stories(path: Path) -> list[Story]:
    """Return the stories of a file; raise ConfigurationError with everything that is wrong with it."""
    node = read_yaml(path)
    if not isinstance(node.value, dict):
        remedy = "Write `stories:`, and below it `- story: what it is about`."
        raise ConfigurationError([node.problem("this is no file of test stories", remedy=remedy)])
    allowed = _KEYS if path.name.endswith(SUFFIXES) else (*_KEYS, *_OF_A_BOT)
    problems = [unknown_key(node, key, _KEYS, ()) for key in node.value if key not in allowed]
    if "stories" not in node.value and not problems:
        problems.append(node.problem("there are no stories here", remedy="Write `stories:`."))
    reader = StoriesReader(problems)
    reader.read_stories(node.child("stories"))
    problems.extend(_twins(reader.stories) if path.name.endswith(SUFFIXES) else ())
    if problems:
        raise ConfigurationError(problems)
    return reader.stories


def _twins(stories: list[Story]) -> list[Problem]:
    """Find tests that are called alike: nobody could tell which of them failed."""
    seen: dict[str, Story] = {}
    found: list[Problem] = []
    for story in stories:
        first = seen.setdefault(story.name, story)
        if first is not story:
            message = f"the name {story.name!r} is taken by the story on line {first.place.line}"
            found.append(Problem(message, story.place.file, story.place.line, remedy="Give one of them another name."))
    return found
