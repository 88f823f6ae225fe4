"""Reads a bot's dialogue: files with slots, forms, responses, rules and stories, whichever of them stands in which.

Nothing but the files is looked at, and no model of options is built, so that reading takes little more than parsing.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from dialog_core.configuration import ConfigurationError, Node, Problem, missing_file, read_yaml
from dialog_rasa.dialogue.domain_reader import DomainReader
from dialog_rasa.dialogue.nodes import unknown_key
from dialog_rasa.dialogue.references import unknown_names
from dialog_rasa.dialogue.responses_reader import ResponsesReader
from dialog_rasa.dialogue.stories_reader import StoriesReader
from dialog_rasa.dialogue.values import Dialogue

ENDINGS: Final = (".yaml", ".yml")
_ELSEWHERE: Final = {  # what people look for here, and where it stands
    "nlu": "Examples stand in a file of their own that `training:` names in the bot file.",
    "pipeline": "How messages are understood stands in the bot file, under `annotators:`.",
    "policies": "Policies stand in the bot file, under `policies:`.",
    "templates": "It is called `responses:`.",
    "test_cases": "Tests stand in files of their own.",
}


def read_dialogue(paths: Sequence[Path]) -> Dialogue:
    """Read files, and all that are in folders, into one dialogue.

    Args:
        paths: Files and folders.

    Raises:
        ConfigurationError: With everything that is wrong with all of them.
    """
    problems: list[Problem] = []
    reader = DialogueReader(problems)
    for file in dialogue_files(paths, problems):
        try:
            node = read_yaml(file)
        except ConfigurationError as error:
            problems.extend(error.problems)
        else:
            reader.read(node)
    readable = not problems
    dialogue = reader.dialogue()
    # A file that cannot be read may well hold what the others name.
    if readable:
        problems.extend(unknown_names(dialogue))
    if problems:
        raise ConfigurationError(problems)
    return dialogue


def dialogue_files(paths: Iterable[Path], problems: list[Problem]) -> list[Path]:
    """Return the files that are named and those in folders that are, each once; what is not there is a problem."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(
                file
                for file in path.rglob("*")
                if file.suffix in ENDINGS and file.is_file() and not _hidden(file.relative_to(path))
            )
            if not inside:
                remedy = "Put files with `slots:`, `responses:`, `rules:` or `stories:` there, ending in .yaml."
                problems.append(Problem("there is no YAML file in this folder", path, remedy=remedy))
            found.update(dict.fromkeys(inside))
        elif path.exists():
            found[path] = None
        else:
            problems.append(missing_file(path))
    return list(found)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


class DialogueReader:
    """Reads one file after another into one dialogue; names that nothing declares are not its business."""

    def __init__(self, problems: list[Problem]) -> None:
        """Take the list that problems are added to."""
        self._problems = problems
        self._domain = DomainReader(problems)
        self._responses = ResponsesReader(problems)
        self._stories = StoriesReader(problems)
        self._under: dict[str, Callable[[Node | None], None]] = {
            "intents": self._domain.read_intents,
            "entities": self._domain.read_entities,
            "actions": self._domain.read_actions,
            "slots": self._domain.read_slots,
            "forms": self._domain.read_forms,
            "synonyms": self._domain.read_synonyms,
            "session_config": self._domain.read_session,
            "responses": self._responses.read,
            "rules": self._stories.read_rules,
            "stories": self._stories.read_stories,
        }

    def read(self, node: Node) -> None:
        """Read what stands in a file."""
        if node.value is None:
            return
        if not isinstance(node.value, dict):
            remedy = f"Write keys: {', '.join(self._under)}."
            self._problems.append(node.problem("this is no file of stories", remedy=remedy))
            return
        for key in node.value:
            if key not in self._under and key != "version":
                self._problems.append(unknown_key(node, key, tuple(self._under), (), _ELSEWHERE.get(key, "")))
        for key, read in self._under.items():
            read(node.child(key))

    def dialogue(self) -> Dialogue:
        """Return what stands in all files together."""
        responses = self._responses.responses
        retrieval = {name.removeprefix("utter_").split("/")[0] for name in responses if "/" in name}
        domain = self._domain
        return Dialogue(
            intents=domain.intents_as_used(retrieval),
            entities=tuple(domain.entities),
            actions=tuple(domain.actions),
            slots=domain.slots,
            forms=domain.forms,
            responses=responses,
            rules=tuple(self._stories.rules),
            stories=tuple(self._stories.stories),
            synonyms=domain.synonyms,
            session=domain.session,
        )
