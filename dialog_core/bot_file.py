"""The bot file: its sections as models, and what it asks for once `bot_reader` has validated it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, create_model, model_validator

from dialog_core.breaker import BreakerOptions
from dialog_core.configuration import (
    Duration,
    InputPath,
    LanguageTag,
    Names,
    Node,
    NonEmpty,
    Options,
    Problem,
    Share,
)
from dialog_core.errors import PluginError
from dialog_core.left_out import LeftOut
from dialog_core.plugins import PluginSet
from dialog_core.registry import Registration

MaybeWorded = str | Annotated[dict[LanguageTag, NonEmpty], Field(min_length=1)]
DEFAULT_FALLBACK = "I am sorry, I do not know that."


class BotSection(Options):
    """Who the bot is."""

    name: str = Field(default="Bot", min_length=1, description="What the bot is called.")
    language: LanguageTag = Field(
        default="en",
        description="The language it speaks, as a BCP 47 tag such as `en` or `zh`.",
    )
    languages: tuple[LanguageTag, ...] = Field(
        default=(),
        description="Languages it answers in when the user does, as an annotator of the language finds out; "
        "default: `language` alone.",
    )
    greeting: MaybeWorded = Field(
        default="", description="What it says when a session begins; one text, or one for each language."
    )
    session_expiry: Duration = Field(
        default=12 * 3600, description="After this long a silence a new session begins: slots and flows start afresh."
    )
    max_message: int = Field(
        default=20_000, ge=1, description="Characters of a message that are read; what is longer is cut."
    )
    seed: int = Field(default=0, description="For everything that should look random and be the same when replayed.")


class AimSection(Options):
    """What thresholds are to achieve. `dialog-core tune` finds those that do, in data; say one of the three."""

    max_wrong: Share | None = Field(
        default=None,
        description="At most this share of the messages may be answered wrongly (`2%`): with as many right answers as "
        "that allows, and as few calls of the last tier as those take.",
    )
    cost: float | None = Field(
        default=None,
        ge=0,
        description="A message may cost this much on average: with as many right answers as possible.",
    )
    max_calls: Share | None = Field(
        default=None,
        description="In at most this share of the turns may the last tier be asked: with as many right answers as "
        "possible.",
    )

    @model_validator(mode="after")
    def _one(self) -> "AimSection":
        stated = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(stated) != 1:
            names = " and ".join(map(repr, stated)) if stated else "nothing"
            raise ValueError(f"says {names}; say one of 'max_wrong', 'cost' and 'max_calls'")
        return self


class DispatchSection(Options):
    """How a message goes through the policies."""

    tiers: tuple[Names, ...] | None = Field(
        default=None,
        description="Policies in the order they are asked. Those of one tier are asked together; a later tier only if "
        "no candidate so far reaches `accept_at`. Default: all policies in one tier.",
    )
    accept_at: float = Field(default=0.8, ge=0, le=1, description="Probability at which later tiers are not asked.")
    answer_at: float = Field(default=0.3, ge=0, le=1, description="Probability below which the fallback answers.")
    aim: AimSection | None = Field(
        default=None,
        description="What the thresholds are to achieve: they come from `dialog-core tune`, and not from this file.",
    )
    explore: Share = Field(
        default=0.0,
        description="In this share of the turns every tier is asked and the reply is drawn among the good ones, with "
        "its probability noted down, so that what is learnt from feedback is not blind to the others.",
    )
    deadline: Duration = Field(default=5.0, gt=0, description="When a turn is answered with whatever has come.")
    action_timeout: Duration = Field(default=10.0, gt=0, description="How long an action of the winner may take.")

    @model_validator(mode="after")
    def _not_both(self) -> "DispatchSection":
        if self.aim is not None and "accept_at" in self.model_fields_set:
            raise ValueError(
                "says 'accept_at' and 'aim', from which it follows; remove one of the two ('accept_at: null' "
                "removes what another file says)"
            )
        return self


class PluginEntry(Options):
    """A plugin a bot trusts, with what is to be said of it beside its name."""

    name: str = Field(description="The name of its entry point.")
    optional: bool = Field(default=False, description="Whether the bot can do without it where it cannot be used.")


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str | Mapping) else value


_PLUGIN_SCHEMA = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {
                name: {"type": kind, "description": PluginEntry.model_fields[name].description}
                for name, kind in (("name", "string"), ("optional", "boolean"))
            },
            "required": ["name"],
            "additionalProperties": False,
        },
    ]
}
PluginEntries = Annotated[
    tuple[str | PluginEntry, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": _PLUGIN_SCHEMA}]}),
]


class BotFile(Options):
    """A bot, described by one YAML file."""

    version: Literal[1] = Field(description="The version of this format: 1.")
    bot: BotSection = Field(default=BotSection(), description="Who the bot is.")
    plugins: PluginEntries = Field(
        default=(),
        description="Third-party plugins this bot trusts, by entry-point name; `{name: NAME, optional: true}` for one "
        "it can do without.",
    )
    knowledge: dict[str, Any] = Field(default={}, description="What the bot knows: a file for each name.")
    annotators: tuple[Any, ...] = Field(default=(), description="What finds facts about a message, in order.")
    policies: tuple[Any, ...] = Field(min_length=1, description="What proposes replies; ties keep this order.")
    dispatch: DispatchSection = Field(default=DispatchSection(), description="How a message goes through the policies.")
    ranking: Any = Field(default={"use": "table"}, description="What puts the candidates on one scale.")
    guards: tuple[Any, ...] = Field(default=(), description="What watches over input and output, in order.")
    observers: tuple[Any, ...] = Field(default=(), description="What is told of every turn, such as an audit log.")
    training: tuple[Any, ...] = Field(default=(), description="What `dialog-core train` trains, and from which data.")
    store: Any = Field(default={"use": "memory"}, description="Where conversations are kept.")
    profiles: Any = Field(
        default=None,
        description="Where facts about users are kept across conversations; default: nowhere, they are known until the "
        "session ends.",
    )
    fallback: MaybeWorded = Field(
        default=DEFAULT_FALLBACK,
        min_length=1,
        description="What to say when nobody knows; one text, or one for each language.",
    )


class ComponentEntry(Options):
    """What every component of a bot file may say beside its own options."""

    use: str = Field(description="The registered component.")
    name: str = Field(default="", description="What this bot calls it; default: the value of `use`.")


class TimedEntry(ComponentEntry):
    """A component that is called in the course of a turn."""

    timeout: Duration | None = Field(
        default=None,
        gt=0,
        description="How long one call may take; default: `dispatch.deadline`, a quarter of it where it is no policy.",
    )


_OPTIONAL = "Whether the bot can do without it: where it cannot be built, it is left out and the others go on."


class AnnotatorEntry(TimedEntry):
    """An annotator."""

    optional: bool = Field(default=False, description=_OPTIONAL)


class PolicyEntry(TimedEntry):
    """A policy."""

    optional: bool = Field(default=False, description=_OPTIONAL)
    breaker: BreakerOptions = Field(
        default=BreakerOptions(), description="When to leave a failing policy alone, and for how long."
    )


class GuardEntry(TimedEntry):
    """A guard."""

    on_error: Literal["refuse", "allow"] = Field(
        default="refuse", description="What becomes of a text the guard failed to judge."
    )


class ObserverEntry(ComponentEntry):
    """What is told of every turn."""

    optional: bool = Field(default=False, description=_OPTIONAL)


class FactEntry(Options):
    """A fact about users that may be kept."""

    description: str = Field(default="", description="What it is, for whoever reads what is kept about them.")
    expires: Duration | None = Field(
        default=None, gt=0, description="After how long it is forgotten (`90d`); default: as `profiles.expires` says."
    )
    needs_consent: bool = Field(
        default=True, description="Whether it is kept only with the user's consent, rather than without asking."
    )


def _described(value: Any) -> Any:
    """Return a fact as a mapping where only its description is written."""
    if isinstance(value, Mapping):
        return {name: {"description": fact} if isinstance(fact, str) else fact for name, fact in value.items()}
    return value


class ProfilesEntry(ComponentEntry):
    """What is kept about users across conversations."""

    consent: Literal["asked", "given"] = Field(
        default="asked",
        description="Whether users have to agree before anything is kept that needs their consent (`asked`), or have "
        "done so elsewhere and can only withdraw it (`given`).",
    )
    expires: Duration | None = Field(
        default=None, gt=0, description="After how long a fact is forgotten (`365d`); default: never."
    )
    facts: Annotated[
        dict[str, FactEntry], BeforeValidator(_described, json_schema_input_type=dict[str, str | FactEntry])
    ] = Field(default={}, description="What may be kept, by name, each with its description; nothing else is.")


class ReaderEntry(Options):
    """A source of knowledge. Options of its reader stand beside `path`."""

    path: InputPath = Field(description="The file or folder; its ending says how to read it unless `use` does.")
    use: str = Field(default="", description="The reader; default: chosen by the file's ending.")


class TrainingEntry(Options):
    """Something to be trained. Options of its trainer stand beside `component`."""

    component: str = Field(description="What to train: the name of a policy or an annotator, or `ranking`.")


ENTRY_MODELS: Mapping[str, type[Options]] = {
    "policy": PolicyEntry,
    "annotator": AnnotatorEntry,
    "guard": GuardEntry,
    "ranker": TimedEntry,
    "store": ComponentEntry,
    "profile_store": ProfilesEntry,
    "observer": ObserverEntry,
    "reader": ReaderEntry,
    "trainer": TrainingEntry,
}
OPTIONAL_KINDS = ("policy", "annotator", "observer")  # whose components a bot may do without
RANKING = "ranking"  # what `training:` calls the ranker, whatever its name
DISPATCH = "dispatch"  # what the thresholds that were tuned are kept under


@dataclass(frozen=True, slots=True)
class ComponentSpec:
    """A component as a bot file asks for it, validated.

    Attributes:
        name: What the bot calls it.
        registration: Which component it is.
        options: Its options, with `use`, `name` and the like of `ENTRY_MODELS` beside them.
        written: What the file says of it; None where the file does not mention it.
        path: Where in the file that is.
    """

    name: str
    registration: Registration
    options: Any
    written: Node | None = field(default=None, compare=False, repr=False)
    path: tuple[str | int, ...] = ()

    def placed(self, problem: Problem) -> Problem:
        """Return a problem with its place in the bot file, if it is one of an option, which its `path` names."""
        if problem.file is not None or self.written is None:
            return problem
        node, path = self.written, self.path
        for name in filter(None, problem.path.replace("[", ".").replace("]", "").split(".")):
            part = int(name) if name.isdecimal() else name
            child = node.child(part)
            if child is not None or isinstance(part, str):  # of a list of one, the name alone may have been written
                path = (*path, part)
            node = child or node
        at = node.problem(problem.message, path=path)
        return replace(problem, file=at.file, line=at.line, column=at.column, path=at.path)

    def placed_option(self, problem: Problem) -> Problem:
        """Return a problem with its place where its `path` begins with an option as it is written, else as it is."""
        named = problem.path.partition(".")[0].partition("[")[0]
        is_written = self.written is not None and self.written.child(named) is not None
        return self.placed(problem) if is_written else problem


@dataclass(frozen=True, slots=True)
class TrainingSpec:
    """An entry of `training:`, validated.

    Attributes:
        name: What the file calls what is trained: the component's name, or `ranking`.
        component: What is trained.
        trainer: What trains it.
        options: The trainer's options, with `component` beside them.
    """

    name: str
    component: ComponentSpec
    trainer: Registration
    options: Any


@dataclass(frozen=True, slots=True)
class BotSpec:
    """A bot file, validated against what its plugins registered.

    Attributes:
        path: The file.
        file: Its sections.
        plugins: The plugins it uses.
        files: The files that were read for it: itself and what it extends.
        knowledge: The sources of knowledge by name.
        annotators: In file order.
        policies: In file order.
        guards: In file order.
        ranker: What ranks.
        store: What keeps conversations.
        profiles: What keeps facts about users; None: nothing does.
        observers: In file order.
        tiers: Names of policies, in the order they are asked.
        training: What is to be trained, in file order; empty where the bot file was read to serve.
        trained: The names `training:` gives, `ranking` among them.
        left_out: What is optional and cannot be used, as far as the file alone shows that; nothing else here has it.
        spare_knowledge: Of the sources, those that only optional components use, with the names of these.
    """

    path: Path
    file: BotFile
    plugins: PluginSet
    files: tuple[Path, ...]
    knowledge: Mapping[str, ComponentSpec]
    annotators: tuple[ComponentSpec, ...]
    policies: tuple[ComponentSpec, ...]
    guards: tuple[ComponentSpec, ...]
    ranker: ComponentSpec
    store: ComponentSpec
    tiers: tuple[tuple[str, ...], ...]
    profiles: ComponentSpec | None = None
    observers: tuple[ComponentSpec, ...] = ()
    training: tuple[TrainingSpec, ...] = ()
    trained: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    spare_knowledge: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def entry_model(registration: Registration, *, nested: bool = False) -> type[Options]:
    """Return the model of a component in a bot file: its own options with `use`, `name` and the like beside them.

    Args:
        registration: Which component.
        nested: Whether it stands within another component, where nothing of the bot's sections is said of it.

    Raises:
        PluginError: The options model cannot be imported, or has a field that the framework has for every component.
    """
    common = ComponentEntry if nested else ENTRY_MODELS.get(registration.kind, ComponentEntry)
    options = registration.load_options()
    clash = sorted(set(common.model_fields) & set(options.model_fields))
    if clash:
        raise PluginError(
            f"plugin {registration.plugin!r}: the options of the {registration.kind} {registration.name!r} have a "
            f"field {clash[0]!r}, which every {registration.kind} has already. Rename it."
        )
    if options is Options:
        return common
    return create_model(f"{options.__name__}Entry", __base__=(options, common), __doc__=options.__doc__)
