"""The annotator `entities` of an imported bot: what examples mark, expressions, lists, and kinds that are built in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from unicodedata import combining, normalize

from dialog_core import Context, DialogError
from dialog_rasa.importing.ledger import Ledger
from dialog_rasa.importing.pipeline import Settings
from dialog_rasa.importing.yaml_text import Inline, yaml_text
from dialog_rasa.project.values import Fate, NamedList, Part

_INLINE_VALUES = 12  # values of a list that stand in the bot file itself
_LEARNERS = ("DIETClassifier", "CRFEntityExtractor", "MitieEntityExtractor")
_KINDS: Final = {
    "amount-of-money": "money",
    "duration": "duration",
    "email": "email",
    "number": "number",
    "ordinal": "ordinal",
    "phone-number": "phone",
    "time": "datetime",
    "url": "url",
}
_ALL_DIMENSIONS: Final = (*_KINDS, "credit-card-number", "distance", "quantity", "temperature", "volume")
_LIST_HEAD = """What `{name}` may be, one a line. Where one is called something else as well, all are written without
the dash: `Berlin: [BLN]`, `Paris: []`."""


@dataclass(slots=True)
class EntityParts:
    """What the annotator is told.

    Attributes:
        trained: Whether it learns from marks.
        specs: What it finds, by name.
        timezone: Where times are meant.
        files: Lists that are too long for the bot file.
    """

    trained: bool = False
    specs: dict[str, dict[str, Any]] = field(default_factory=dict)
    timezone: str = ""
    files: dict[str, str] = field(default_factory=dict)

    def written(self) -> dict[str, Any]:
        """Return its entry in the bot file; nothing where it would find nothing."""
        entry: dict[str, Any] = {"use": "entities"}
        if self.trained:
            entry["trained"] = True
        if self.timezone:
            entry["timezone"] = self.timezone
        if self.specs:
            entry["entities"] = {name: _short(name, spec) for name, spec in self.specs.items()}
        return entry if self.trained or self.specs else {}


def entity_parts(marked: set[str], settings: Settings, ledger: Ledger) -> EntityParts:
    """Return what the annotator is told."""
    found = EntityParts(trained=bool(marked))
    learners = [part for name, part in settings.extractors.items() if name in _LEARNERS]
    learns = any(part.options.get("entity_recognition", True) is not False for part in learners)
    if marked and ledger.project.configuration.pipeline and not learns:
        message = f"marks of {', '.join(sorted(marked))} are learnt from, though no component of the pipeline did"
        ledger.note("approximated", "entity", message, ledger.project.configuration.place)
    declared = set(ledger.project.dialogue.entities) | marked
    understanding = ledger.project.understanding
    _regexes(understanding.regexes, declared, found, ledger)
    _lookups(understanding.lookups, _other_names(understanding.synonyms), declared, found, ledger)
    for name, part in settings.extractors.items():
        if name == "SpacyEntityExtractor":
            _spacy(part, declared, marked, ledger)
        elif name.startswith("Duckling"):
            _duckling(name, part, declared, found, ledger)
    return found


def _regexes(regexes: Sequence[NamedList], declared: set[str], found: EntityParts, ledger: Ledger) -> None:
    for regex in regexes:
        if regex.name not in declared:
            message = f"{regex.name!r} is the name of no entity: it was a hint for learning, which is not needed here"
            remedy = f"Add `{regex.name}: {{regex: ...}}` to the annotator `entities` if it is to be found."
            ledger.note("left out", "regex", message, regex.place, remedy)
            continue
        for pattern in regex.items:
            problem = _refused(regex.name, pattern)
            if problem:
                ledger.note("left out", "regex", f"{regex.name}: {problem}", regex.place, "Write it otherwise.")
            else:
                found.specs.setdefault(regex.name, {}).setdefault("regex", []).append(pattern)
                ledger.exact("regex", f"{regex.name}: {pattern}", regex.place)


def _refused(name: str, pattern: str) -> str:
    """Return why the annotator cannot use an expression; empty if it can."""
    spec = {"use": "entities", "entities": {name: {"regex": [pattern]}}}
    try:
        Context().create("annotator", spec)
    except DialogError as error:
        return str(error).splitlines()[0]
    return ""


def _other_names(synonyms: Sequence[NamedList]) -> dict[str, list[str]]:
    """Return the values that are called something else as well, each with those names."""
    found: dict[str, list[str]] = {}
    for synonym in synonyms:
        found.setdefault(_compared(synonym.name), []).extend(synonym.items)
    return found


def _lookups(
    lookups: Sequence[NamedList],
    others: Mapping[str, Sequence[str]],
    declared: set[str],
    found: EntityParts,
    ledger: Ledger,
) -> None:
    for lookup in lookups:
        if lookup.name not in declared:
            message = f"{lookup.name!r} is the name of no entity: it was a hint for learning, which is not needed here"
            remedy = f"Add `{lookup.name}: {{values: [...]}}` to the annotator `entities` if it is to be found."
            ledger.note("left out", "lookup", message, lookup.place, remedy)
            continue
        values = _with_others(_distinct(lookup, ledger), others)
        if not values:
            ledger.note("left out", "lookup", f"{lookup.name!r} is empty", lookup.place)
            continue
        spec = found.specs.setdefault(lookup.name, {})
        if len(values) <= _INLINE_VALUES and "values" not in spec:
            spec["values"] = values
        else:
            word = re.sub(r"[^\w-]+", "_", lookup.name)
            path = f"nlu/{word}.values.yaml"
            spec["path"] = path
            body = yaml_text({"values": values}).partition("\n")[2]
            head = "".join(f"# {line}\n" for line in _LIST_HEAD.format(name=lookup.name).splitlines()) + "\n"
            found.files[path] = head + "".join(f"{line[2:]}\n" for line in body.splitlines())
        ledger.exact("lookup", f"{lookup.name}: {len(values):,} values", lookup.place)


def _distinct(lookup: NamedList, ledger: Ledger) -> list[str]:
    """Return the values of a list that are not the same to whoever looks for them."""
    seen: dict[str, str] = {}
    for item in lookup.items:
        key = _compared(item)
        if not key:
            message = f"{lookup.name}: {item!r} has no letters or digits by which it could be found"
            ledger.note("left out", "lookup", message, lookup.place)
        else:
            seen.setdefault(key, " ".join(item.split()))
    return list(seen.values())


def _with_others(values: list[str], others: Mapping[str, Sequence[str]]) -> list[str] | dict[str, Inline]:
    """Return values with what else they are called: what means one of them is found as well as it is.

    A name that two claim, or that is a value of its own, is left to the synonyms of the bot.
    """
    taken = {_compared(value) for value in values}
    found: dict[str, list[str]] = {}
    for value in values:
        names = found.setdefault(value, [])
        for name in others.get(_compared(value), ()):
            if _compared(name) and _compared(name) not in taken:
                taken.add(_compared(name))
                names.append(name)
    return {value: Inline(names) for value, names in found.items()} if any(found.values()) else values


def _compared(text: str) -> str:
    decomposed = normalize("NFKD", re.sub("[-‐‑–'’`´.·・]", "", text)).casefold()
    return " ".join(re.sub(r"([^\w\s])", r" \1 ", "".join(one for one in decomposed if not combining(one))).split())


def _duckling(name: str, part: Part, declared: set[str], found: EntityParts, ledger: Ledger) -> None:
    wanted = part.options.get("dimensions")
    dimensions = [str(one) for one in wanted] if isinstance(wanted, list | tuple) else list(_ALL_DIMENSIONS)
    told = isinstance(wanted, list | tuple)
    for dimension in dimensions:
        if dimension not in _KINDS:
            if told or dimension in declared:
                remedy = "Write expressions or lists for it under `entities`."
                ledger.note("left out", name, f"nothing finds {dimension!r} here", part.place, remedy)
        elif told and dimension not in declared and found.trained:
            message = f"{dimension!r} is the name of no entity, and would be found in place of what examples mark"
            remedy = f"Add `{dimension}: {_KINDS[dimension]}` to the annotator `entities` if it is to be found."
            ledger.note("left out", name, message, part.place, remedy)
        elif told or dimension in declared:
            found.specs.setdefault(dimension, {})["kind"] = _KINDS[dimension]
            fate: Fate = "exact" if dimension in ("number", "ordinal", "email") else "approximated"
            message = f"{dimension!r} is found as `{_KINDS[dimension]}`, without a server; values have another form"
            ledger.note(
                fate, name, message if fate == "approximated" else f"{dimension}: found without a server", part.place
            )
    zone = part.options.get("timezone")
    if isinstance(zone, str) and zone:
        found.timezone = zone
    if not dimensions:
        ledger.note("left out", name, "it names no dimensions", part.place)


def _spacy(part: Part, declared: set[str], marked: set[str], ledger: Ledger) -> None:
    wanted = part.options.get("dimensions")
    names = [str(one) for one in wanted] if isinstance(wanted, list | tuple) else sorted(declared - marked)
    missing = [name for name in names if name not in marked]
    what = f"nothing finds {', '.join(missing)} by itself here" if missing else "what it finds is marked in examples"
    remedy = f"Mark it in a dozen examples, as [Ann]({missing[0]}), or list values under `entities`." if missing else ""
    ledger.note("left out", "SpacyEntityExtractor", what, part.place, remedy)


def _short(name: str, spec: dict[str, Any]) -> Any:
    """Return `number: number` as what a person writes for it."""
    if set(spec) == {"kind"}:
        return spec["kind"]
    return Inline(spec)
