"""The page of all options: sections of the bot file, and every component of the built-in plugins."""

from collections.abc import Iterator, Mapping
from typing import Any

from dialog_core.bot_file import (
    ENTRY_MODELS,
    AimSection,
    BotFile,
    BotSection,
    DispatchSection,
    FactEntry,
    PluginEntry,
    ProfilesEntry,
    entry_model,
)
from dialog_core.configuration import Options
from dialog_core.plugins import PluginSet
from dialog_core.registry import KINDS, Registration, Registry
from dialog_data.knowledge.entries import EntryRow
from dialog_evaluation.conversations.test_file import ConversationTest, ConversationTests, Step
from dialog_rules.flow_options import (
    STEPS,
    FlowOptions,
    FlowsFileOptions,
    HttpActionOptions,
    OptionOptions,
    SlotOptions,
    StartOptions,
)
from dialog_rules.rule_options import RuleOptions, RulesFileOptions, VariantOptions
from reference_pages.fields import HEADER, REQUIRED, rows
from reference_pages.markdown import MADE, first_paragraph, join, table

INTRODUCTION = """\
Here you look up every key of a bot file and every option of the components that come with dialog-core. What the
sections are for stands in [The bot file](bot-file.md). Editors can check the same while you type: `dialog-core schema`
prints it as a JSON Schema, with the options of third-party plugins too.

A *duration* is a number of seconds, or a number with `ms`, `s`, `m`, `h` or `d`: `300ms`, `5s`, `12h`. A *path* is
relative to the file that names it, and `~` is the home directory."""

COMMON = """\
These stand beside a component's own options. `use` alone may be written without braces: `store: memory`."""

HEADINGS = {"policy": "Policies", "reader": "Readers", "store": "Stores", "profile_store": "Profile stores"}
WHERE = {
    "policy": "An entry of `policies:`.",
    "annotator": "An entry of `annotators:`.",
    "guard": "An entry of `guards:`.",
    "ranker": "What stands under `ranking:`.",
    "store": "What stands under `store:`.",
    "profile_store": "What stands under [`profiles:`](#profiles), beside the keys there.",
    "observer": "An entry of `observers:`; it is told of every turn and changes nothing.",
    "reader": "What stands under a name in `knowledge:`, beside `path`. Without `use`, the file's ending chooses.",
    "writer": "What `dialog-core data convert --to` and others write.",
    "cleaner": "A step of `dialog-core data clean`, in a file of steps or by name with `--step`.",
    "augmenter": "What `dialog-core data augment` makes examples with, in a file of steps or by name with `--step`.",
    "recognizer": "What finds personal data in texts; what the step `pii` takes as `recognizer`.",
    "trainer": "An entry of `training:`, beside `component`; the component it trains has the same name.",
    "metric": "What `dialog-core evaluate` and others measure with; programs and plugins obtain them by name.",
    "analyzer": "What retrieval policies take as `analyzer`.",
    "encoder": "What retrieval policies take as `encoder`.",
    "channel": "Not part of a bot file: `dialog-core chat` opens the terminal with these defaults.",
    "action": "A function that a candidate may name; it takes arguments and no options.",
}
FILES: Mapping[tuple[str, str], tuple[tuple[str, type[Options]], ...]] = {
    ("policy", "rules"): (
        ("A file of rules", RulesFileOptions),
        ("A rule", RuleOptions),
        ("A text with a condition or a language", VariantOptions),
    ),
    ("policy", "flows"): (
        ("A file of flows", FlowsFileOptions),
        ("A flow", FlowOptions),
        ("What begins a flow", StartOptions),
        ("A slot", SlotOptions),
        ("Something to choose", OptionOptions),
        ("An action that asks a web service", HttpActionOptions),
        *((f"The step `{kind}`", model) for kind, model in STEPS.items()),
    ),
    ("reader", "yaml"): (("An entry of knowledge", EntryRow),),
    ("reader", "conversation_tests"): (
        ("A file of conversation tests", ConversationTests),
        ("A conversation test", ConversationTest),
        ("A step of a conversation test", Step),
    ),
}

SECTIONS: tuple[type[Options], ...] = (
    BotFile,
    BotSection,
    PluginEntry,
    DispatchSection,
    AimSection,
    ProfilesEntry,
    FactEntry,
)


def page() -> str:
    """Return the page."""
    registry = PluginSet.load().registry
    return join(
        MADE,
        "# Options",
        INTRODUCTION,
        "## Sections of the bot file",
        table(HEADER, rows(BotFile, skip=frozenset(("bot", "dispatch")))),
        "### `bot`",
        table(HEADER, rows(BotSection)),
        "### `plugins`",
        "An entry is the name of a plugin, or a mapping:",
        table(HEADER, rows(PluginEntry)),
        "### `dispatch`",
        table(HEADER, rows(DispatchSection, skip=frozenset(("aim",)))),
        "#### `dispatch.aim`",
        f"{first_paragraph(AimSection)} See [Tune thresholds](../how-to/tune-thresholds.md).",
        table(HEADER, rows(AimSection)),
        "### `profiles`",
        f"{first_paragraph(ProfilesEntry)} See [Remember users](../how-to/remember-users.md).",
        table(HEADER, rows(ProfilesEntry)),
        "#### A fact",
        "What stands under a name in `facts:`. Its description alone may be written without braces.",
        table(HEADER, rows(FactEntry)),
        "## Keys of every component",
        COMMON,
        table(("key", "of", *HEADER[1:]), _common_rows()),
        *_components(registry),
    )


def _common_rows() -> Iterator[tuple[str, ...]]:
    kinds: dict[tuple[str, ...], list[str]] = {}
    for kind, model in ENTRY_MODELS.items():
        for row in rows(model):
            kinds.setdefault(row, []).append(_heading(kind).lower())
    for row, of in kinds.items():
        yield (row[0], ", ".join(of), *row[1:])


def _components(registry: Registry) -> Iterator[str]:
    for kind in KINDS:
        entries = sorted((entry for entry in registry if entry.kind == kind), key=lambda entry: entry.name)
        if entries:
            yield f"## {_heading(kind)}"
            yield WHERE.get(kind, "")
        for entry in entries:
            yield f"### `{entry.name}`"
            yield f"{_about(entry)} {_facts(entry)}"
            own = entry.load_options()
            yield _table(own) or "It has no options of its own."
            for title, model in FILES.get((kind, entry.name), ()):
                yield f"#### {title}"
                yield table(HEADER, sorted(rows(model), key=lambda row: row[2] != REQUIRED))


def _table(model: type[Options]) -> str:
    found = list(rows(model))
    return table(HEADER, found) if found else ""


def _about(entry: Registration) -> str:
    """Return in a sentence or two what a component does."""
    model = entry.load_options()
    told = first_paragraph(model) if model is not Options else ""
    return told if told and not told.startswith("Options ") else first_paragraph(entry.load())


def _facts(entry: Registration) -> str:
    facts = [f"From the plugin `{entry.plugin}`."]
    if entry.category:
        facts.append(f"Its kind for [ranking](../explanation/ranking.md) is `{entry.category}`.")
    if entry.suffixes:
        chosen = ("folders" if suffix == "/" else f"`{suffix}`" for suffix in entry.suffixes)
        facts.append(f"Chosen for {', '.join(chosen)}.")
    if entry.extra:
        facts.append(f"Needs `pip install '{entry.extra}'`.")
    return " ".join(facts)


def _heading(kind: str) -> str:
    return HEADINGS.get(kind, f"{kind.replace('_', ' ').capitalize()}s")


def every_key(registry: Registry) -> Iterator[tuple[str, Any]]:
    """Yield every component, section and kind of file with each of its fields, for the test that all are described."""
    for entry in registry:
        for name, field in entry_model(entry).model_fields.items():
            yield f"{entry.kind} {entry.name}: {name}", field
    files = (model for models in FILES.values() for _, model in models)
    for model in (*SECTIONS, *files):
        for name, field in model.model_fields.items():
            yield f"{model.__name__}: {name}", field
