"""A Rasa project as it was read: its dialogue, examples, configuration and tests, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from dialog_core import JsonValue
from dialog_rasa.dialogue.values import NOWHERE, Dialogue, Place, Story

Fate = Literal["exact", "approximated", "left out", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What becomes of something in a project.

    Attributes:
        fate: Converted exactly, converted so that it does nearly the same, left out; or `wrong`: it is a mistake in the
            project, and an import stops over it unless it is told to keep going.
        construct: What it is, in Rasa's words: `slot mapping from_entity`, `FallbackClassifier`, `checkpoint`.
        message: What became of it, or what is wrong.
        place: Where it stands.
        remedy: What to do.
    """

    fate: Fate
    construct: str
    message: str
    place: Place = NOWHERE
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class MarkedEntity:
    """A piece of an example that is marked: characters from `start` up to `end`, what it names, and how."""

    start: int
    end: int
    entity: str
    value: str = ""
    role: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """An example of an intent, without marks."""

    text: str
    entities: tuple[MarkedEntity, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class IntentExamples:
    """The examples of an intent; of a retrieval intent its whole name, `faq/opening_hours`."""

    intent: str
    examples: tuple[Example, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class NamedList:
    """A synonym's other names, a regular expression's patterns, or a lookup table's entries (or the file of them)."""

    name: str
    items: tuple[str, ...]
    place: Place = NOWHERE
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Understanding:
    """What messages mean: the training data of intents and entities."""

    intents: tuple[IntentExamples, ...] = ()
    synonyms: tuple[NamedList, ...] = ()
    regexes: tuple[NamedList, ...] = ()
    lookups: tuple[NamedList, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A component of `config.yml`: of the pipeline, or a policy."""

    name: str
    options: Mapping[str, JsonValue] = field(default_factory=dict)
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Configuration:
    """`config.yml`, with what counts of `endpoints.yml` and `credentials.yml`."""

    language: str = "en"
    pipeline: tuple[Part, ...] = ()
    policies: tuple[Part, ...] = ()
    action_server: str = ""
    channels: tuple[str, ...] = ()
    other_endpoints: tuple[Part, ...] = ()
    place: Place = NOWHERE
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where the channels and `action_endpoint` are named."""


@dataclass(frozen=True, slots=True)
class E2eCase:
    """A test case of Rasa Pro: steps such as {"user": ...}, {"bot": ...}, {"utter": ...}, {"slot_was_set": [...]}."""

    name: str
    steps: tuple[Mapping[str, JsonValue], ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class RasaProject:
    """A project.

    Attributes:
        root: Its folder.
        dialogue: Domain, rules and stories.
        understanding: Examples.
        configuration: Of the pipeline and the policies.
        tests: Test stories, by the file they stand in (relative to `root`).
        e2e_cases: Test cases, likewise.
        python: Files with custom actions.
        data: Files that these may read.
        findings: What the reader itself could not read, or saw that it left out.
        files: What was read.
    """

    root: Path
    dialogue: Dialogue = field(default_factory=Dialogue)
    understanding: Understanding = field(default_factory=Understanding)
    configuration: Configuration = field(default_factory=Configuration)
    tests: Mapping[Path, tuple[Story, ...]] = field(default_factory=dict)
    e2e_cases: Mapping[Path, tuple[E2eCase, ...]] = field(default_factory=dict)
    python: tuple[Path, ...] = ()
    data: tuple[Path, ...] = ()
    findings: tuple[Finding, ...] = ()
    files: tuple[Path, ...] = ()
