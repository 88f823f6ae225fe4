"""The chatterbot corpus: YAML with `categories` and `conversations`, a list of lists of statements.

Its specification says that what answers a statement is the next one in its list, so a list is a dialogue, and that
other replies to a statement are lists of their own; a few of its files put them all into one list all the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, ClassVar, Literal

from dialog_core.configuration import ConfigurationError, Node
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_core.text import repair_text
from dialog_data.files.archives import SourceFile
from dialog_data.files.json_values import plain_value
from dialog_data.files.problems import FileProblems
from dialog_data.files.yaml_file import read_yaml_file
from dialog_data.sources.set_options import ChatterbotOptions
from dialog_data.sources.source import SourceReader

LANGUAGES: Mapping[str, str] = {"english": "en", "chinese": "zh", "traditionalchinese": "zh-Hant", "german": "de"} | {
    "french": "fr",
    "spanish": "es",
    "italian": "it",
    "portuguese": "pt",
    "russian": "ru",
    "japanese": "ja",
    "korean": "ko",
    "hindi": "hi",
    "bangla": "bn",
    "hebrew": "he",
    "indonesia": "id",
    "marathi": "mr",
    "odia": "or",
    "persian": "fa",
    "polish": "pl",
    "swedish": "sv",
    "tchinese": "zh-Hant",
    "telugu": "te",
    "thai": "th",
    "turkish": "tr",
    "ukrainian": "uk",
    "urdu": "ur",
}
_WAY = "Write a list of statements: `- - hello`, and below it `  - hi there`."


class ChatterbotReader(SourceReader):
    """Reads conversations as dialogues, the user and the bot in turn. Metadata have `categories` and `language`."""

    options: ChatterbotOptions
    suffixes: ClassVar = (".yml", ".yaml")

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it begins with `categories:` and has `conversations:`, or is a folder of such files."""
        if sample.names:
            files = [PurePosixPath(name) for name in sample.names if name.endswith((".yml", ".yaml"))]
            return "conversations.yml" in {file.name for file in files} and {"greetings.yml", "ai.yml"} <= {
                file.name for file in files
            }
        lines = [line.split("#")[0].rstrip() for line in sample.head.removeprefix("\ufeff").splitlines()]
        return "categories:" in lines and "conversations:" in lines

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[Dialogue]:
        """Yield the dialogues."""
        try:
            root = read_yaml_file(problems)
        except ConfigurationError as error:
            for problem in error.problems:
                problems.problem(problem.message, problem.line or 1, problem.column or 1, remedy=problem.remedy)
            problems.item_skipped()
            return
        fields = root.value if isinstance(root.value, dict) else {}
        conversations = fields.get("conversations")
        if conversations is None or not isinstance(conversations.value, list):
            problems.refuse("has no list of conversations", root.line, remedy=f"Write `conversations:`. {_WAY}")
        categories = _categories(fields.get("categories"))
        about = {"categories": categories, **_language(file)}
        split = any(category.casefold() in self.options.alternatives for category in categories)
        for number, node in enumerate(conversations.value, 1):
            said = _statements(node, problems)
            if said is None:
                problems.item_skipped()
                continue
            id = f"{PurePosixPath(file.name).with_suffix('')}:{number}"
            metadata = {"line": node.line, **about}
            if split and len(said) > 2:
                first, *replies = said
                for place, reply in enumerate(replies, 1):
                    yield Dialogue(f"{id}.{place}", _turns([first, reply]), metadata)
            else:
                yield Dialogue(id, _turns(said), metadata)


def _turns(said: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[DialogueTurn, ...]:
    roles: tuple[Literal["user"], Literal["bot"]] = ("user", "bot")
    return tuple(DialogueTurn(roles[place % 2], text, more) for place, (text, more) in enumerate(said))


def _statements(node: Node, problems: FileProblems) -> list[tuple[str, Mapping[str, Any]]] | None:
    if not isinstance(node.value, list) or not node.value:
        what = "a conversation without statements" if node.value == [] else "this is no conversation"
        problems.problem(what, node.line, node.column, remedy=_WAY)
        return None
    found: list[tuple[str, Mapping[str, Any]]] = []
    for one in node.value:
        fields = one.value if isinstance(one.value, dict) else {}
        body = fields.get("text") if fields else one
        value = None if body is None else body.value
        text = body.source or str(value) if body and type(value) in (int, float) else value
        if not isinstance(text, str):
            problems.problem("this is no statement", one.line, one.column, remedy="Put the text in quotes.")
            return None
        more = {str(name): plain_value(child.plain()) for name, child in fields.items() if name != "text"}
        found.append((repair_text(str(text)).strip(), more))
    return found


def _categories(node: Node | None) -> list[str]:
    if node is None or node.value is None:
        return []
    items = node.value if isinstance(node.value, list) else [node]
    return [str(item.source or item.value) for item in items]


def _language(file: SourceFile) -> dict[str, str]:
    folder = PurePosixPath(file.name).parent.name or file.shown.absolute().parent.name
    language = LANGUAGES.get(folder.casefold())
    return {"language": language} if language else {}
