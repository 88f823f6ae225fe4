"""Reads `config.yml`, and what counts of `endpoints.yml` and `credentials.yml`: addresses and names, never a secret."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dialog_core.configuration import Node
from dialog_rasa.dialogue.nodes import place_of, plain, text_of
from dialog_rasa.dialogue.values import Place
from dialog_rasa.project.documents import filled, variables
from dialog_rasa.project.notes import Notes, Reader, key_place, keyed
from dialog_rasa.project.values import Configuration, Part

CONFIGURATION_KEYS: Final = ("language", "pipeline", "policies", "recipe", "importers", "imports", "assistant_id")
ENDPOINT_KEYS: Final = (
    "action_endpoint",
    "tracker_store",
    "event_broker",
    "lock_store",
    "nlg",
    "model",
    "models",
    "model_groups",
    "vector_store",
)
_PARTS: Final = ("pipeline", "policies")
_NOT_NEEDED: Final = {
    "assistant_id": "nothing here tells bots apart by it",
    "importers": "files are told by what stands in them, wherever they lie in the project",
}


class ConfigurationReader(Reader):
    """Reads the files one after another; `configuration` is what stands in all of them together."""

    def __init__(self, notes: Notes, environment: Mapping[str, str]) -> None:
        """Take the notes for findings, and the environment variables."""
        super().__init__(notes)
        self._environment = environment
        self._language = "en"
        self._parts: dict[str, tuple[Part, ...]] = {"pipeline": (), "policies": ()}
        self._place: Place | None = None
        self._server = ""
        self._channels: dict[str, None] = {}
        self._places: dict[str, Place] = {}
        self._others: list[Part] = []

    @property
    def configuration(self) -> Configuration:
        """Everything that was read."""
        return Configuration(
            language=self._language,
            pipeline=self._parts["pipeline"],
            policies=self._parts["policies"],
            action_server=self._server,
            channels=tuple(self._channels),
            other_endpoints=tuple(self._others),
            place=self._place or Place(),
            places=self._places,
        )

    def read(self, node: Node, *, alone: bool) -> None:
        """Read the pipeline and the policies; `alone`: nothing else is to stand in this file."""
        fields = keyed(node)
        if self._place is not None:
            message = f"another configuration; the one in {self._place} is read"
            self.notes.left_out("config.yml", message, place_of(node), "Import again with the other one moved away.")
            return
        self._place = place_of(node)
        language = fields.get("language")
        if language is not None and language.value is not None:
            self._language = (text_of(language) or "").strip() or "en"
            if text_of(language) is None:
                self.notes.wrong("language", "this is no language", place_of(language), "Write a code, such as `en`.")
        recipe = text_of(fields.get("recipe"))
        if recipe and not recipe.startswith("default"):
            message = f"the recipe {recipe!r} is not read as such; components are taken from `pipeline:`"
            self.notes.left_out("recipe", message, key_place(node, "recipe"))
        elif recipe:
            self.notes.add("exact", "recipe", recipe, key_place(node, "recipe"))
        for key, message in _NOT_NEEDED.items():
            if key in fields:
                self.notes.left_out(key, message, key_place(node, key))
        for key in _PARTS:
            if key in fields:
                self._parts[key] = tuple(self._read_parts(fields[key], key))
        if alone:
            self.unknown(node, (*CONFIGURATION_KEYS, *ENDPOINT_KEYS, "version"), "config.yml")
        self.settle("config.yml")

    def _read_parts(self, node: Node, key: str) -> list[Part]:
        if node.value is None:
            return []
        if isinstance(node.value, str):
            message = f"`{key}: {node.value}` is a template of Rasa 1; the usual components are taken instead"
            self.notes.approximated(key, message, place_of(node), "Write a list of components.")
            return []
        found = []
        for child, _ in self.items(node, (key,)):
            fields = keyed(child)
            name = text_of(fields.get("name")) if fields else text_of(child)
            if not name or not name.strip():
                message = f"an entry of `{key}:` has no name"
                self.notes.wrong(key, message, place_of(child), "Write `- name: DIETClassifier`.")
                continue
            options = {option: plain(value) for option, value in fields.items() if option != "name"}
            found.append(Part(name.strip(), options, place_of(child)))
        return found

    def read_endpoints(self, node: Node, *, alone: bool = False) -> None:
        """Read where actions run; of everything else only that it is there; `alone`: nothing else is in this file."""
        if alone:
            self.unknown(node, (*ENDPOINT_KEYS, "version"), "endpoints.yml")
        for key, child in keyed(node).items():
            if key not in ENDPOINT_KEYS or child.value is None:
                continue
            place = key_place(node, key)
            if key != "action_endpoint":
                kind = text_of(child.child("type"))
                self._others.append(Part(key, {} if kind is None else {"type": kind}, place))
                self._names_variables(key, child, place)
                continue
            url = child.child("url")
            if url is None and child.child("actions_module") is not None:
                self.notes.left_out(key, "actions run in this process, if the project has their files", place)
                continue
            if url is None or not isinstance(url.value, str) or not url.value.strip():
                message = "this endpoint has no `url:`"
                self.notes.wrong(key, message, place, "Write `url: http://localhost:5055/webhook`.")
                continue
            self._server = str(filled(url, self._environment, self.notes).value).strip()
            self._places[key] = place
            for other in keyed(child):
                if other != "url":
                    message = f"`{other}:` of the action server is not taken over"
                    self.notes.left_out(key, message, key_place(child, other))

    def read_credentials(self, node: Node) -> None:
        """Read the names of the channels."""
        if node.value is not None and not isinstance(node.value, dict):
            self.notes.wrong("credentials", "this is no mapping of channels", place_of(node), "Write `rest:`.")
        for channel, child in keyed(node).items():
            if channel != "version":
                self._channels.setdefault(channel)
                self._places.setdefault(channel, key_place(node, channel))
                self._names_variables(f"channel {channel}", child, key_place(node, channel))

    def _names_variables(self, construct: str, node: Node, place: Place) -> None:
        """Say which environment variables stay behind where nothing of a mapping is taken over."""
        names = [name for name in variables(node) if name not in self._environment]
        if names:
            message = f"what it refers to stays behind: the environment variables {', '.join(names)}, which are not set"
            self.notes.left_out(construct, message, place)


def imported(node: Node, root: Path, notes: Notes) -> list[Path]:
    """Return the folders and files that a configuration's `imports:` names, if they lie in the project."""
    given = node.child("imports")
    found = []
    for child in given.value if given is not None and isinstance(given.value, list) else []:
        name = text_of(child) or ""
        path = (child.file.parent if child.file is not None else root) / name
        if not name or not path.exists() or not path.resolve().is_relative_to(root.resolve()):
            message = f"there is no {name!r} in the project"
            notes.wrong("imports", message, place_of(child), "Name a folder by its path from this file's folder.")
        else:
            notes.add("exact", "imports", name, place_of(child))
            found.append(path.resolve())
    return found
