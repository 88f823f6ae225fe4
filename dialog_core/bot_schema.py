"""The JSON Schema of bot files, put together from the options of every registered component."""

from collections.abc import Sequence
from typing import Any

from dialog_core.bot_file import BotFile, entry_model
from dialog_core.configuration import Parts, parts_of
from dialog_core.registry import Registration, Registry

SECTIONS = (("policies", "policy"), ("annotators", "annotator"), ("guards", "guard"), ("observers", "observer"))
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def bot_schema(registry: Registry) -> dict[str, Any]:
    """Return the schema of a bot file that may use everything in `registry`."""
    schema = BotFile.model_json_schema()
    definitions = schema.setdefault("$defs", {})
    sections = schema["properties"]
    for section, kind in SECTIONS:
        described = _described(sections[section])
        sections[section] = {**described, "type": "array", "items": _choice(registry, kind, definitions)}
    sections["policies"]["minItems"] = 1
    for section, kind in (("ranking", "ranker"), ("store", "store"), ("profiles", "profile_store")):
        sections[section] = {**_described(sections[section]), **_choice(registry, kind, definitions)}
    trainers = _choice(registry, "trainer", definitions, use_required=False)
    sections["training"] = {**_described(sections["training"]), "type": "array", "items": trainers}
    source = _choice(registry, "reader", definitions, use_required=False)
    sections["knowledge"] = {**_described(sections["knowledge"]), "type": "object", "additionalProperties": source}
    sections["extends"] = {
        "description": "Bot files this one builds on; what stands here wins.",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    }
    required = schema.pop("required")
    schema["anyOf"] = [{"required": required}, {"required": ["extends"]}]  # the base may have what is missing here
    return {"$schema": DIALECT, **schema, "title": "A dialog-core bot"}


def _described(section: dict[str, Any]) -> dict[str, Any]:
    return {"description": section["description"]} if "description" in section else {}


def _choice(
    registry: Registry,
    kind: str,
    definitions: dict[str, Any],
    *,
    use_required: bool = True,
    mark: Parts | None = None,
) -> dict[str, Any]:
    """Return the schema of one component of a kind: any of those registered, told apart by `use`."""
    entries = sorted((entry for entry in registry if entry.kind == kind), key=lambda entry: entry.name)
    options = [{"$ref": f"#/$defs/{_define(entry, registry, definitions, use_required, mark)}"} for entry in entries]
    if not use_required or not entries:
        return {"anyOf": options} if options else {}
    return {"anyOf": [*options, *_bare_names(entries)]}


def _bare_names(entries: Sequence[Registration]) -> list[dict[str, Any]]:
    return [{"type": "string", "enum": [entry.name for entry in entries]}]


def _define(
    entry: Registration, registry: Registry, definitions: dict[str, Any], use_required: bool, mark: Parts | None
) -> str:
    """Put the schema of one component among the definitions and return its name there.

    Args:
        entry: The component.
        registry: What there is.
        definitions: The definitions.
        use_required: Whether it has to say `use`.
        mark: What is said of the components it stands among, if it is a part of another one.
    """
    name = f"{entry.kind}_{entry.name}" if mark is None else f"{entry.kind}_{entry.name}_as_part"
    if name in definitions:  # a part may have parts of its own kind
        return name
    model = entry_model(entry, nested=mark is not None)
    own = definitions[name] = model.model_json_schema(ref_template="#/$defs/{model}")
    definitions.update(own.pop("$defs", {}))
    own["title"] = f"{entry.kind} {entry.name}"
    if mark is not None:
        own["required"] = [field for field in own.get("required", []) if field not in mark.inherit]
    for field, below, _ in parts_of(model):
        own["properties"][field]["items"] = _choice(registry, below.kind, definitions, mark=below)
    if entry.kind == "trainer":  # it is found by the component it trains
        return name
    own["properties"]["use"] = {"const": entry.name, "description": "The registered component."}
    if use_required and "use" not in own.setdefault("required", []):
        own["required"].append("use")
    return name
