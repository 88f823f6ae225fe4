"""The model card: what a trained model is, what it learnt from, how good it is, and what it is not good for.

It is what hubs read: markdown with a front matter in YAML (Mitchell et al. 2019). Names of files, remarks and licences
are other people's texts: in the card they are text and nothing else.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from dialog_core.text import repair_text, strip_controls

CARD = "README.md"
UNKNOWN = "unknown"
OTHER = "other"
# Of the identifiers hubs know for licences, those that data and small models are usually under; any other is named.
LICENSES = frozenset(
    "afl-3.0 agpl-3.0 apache-2.0 bsd-2-clause bsd-3-clause bsl-1.0 cc cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 "
    "cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 "
    "cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-permissive-1.0 cdla-permissive-2.0 cdla-sharing-1.0 "
    "ecl-2.0 epl-1.0 epl-2.0 eupl-1.1 eupl-1.2 gfdl gpl gpl-2.0 gpl-3.0 isc lgpl lgpl-2.1 lgpl-3.0 mit mpl-2.0 odbl "
    "odc-by openrail pddl unlicense wtfpl zlib llama2 llama3 gemma".split()
)
SOME_WAYS = {
    "scratch": "made from nothing: a small decoder with a tokenizer of its own",
    "continue": "trained further on plain text of its domain",
    "full": "fine-tuned on dialogues with all its weights",
    "lora": "fine-tuned on dialogues with low-rank adapters (LoRA)",
    "dpo": "tuned by which of two replies people preferred (direct preference optimisation)",
    "seq2seq": "fine-tuned on dialogues as an encoder-decoder",
}
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~$&-])")


@dataclass(frozen=True, slots=True)
class DataFact:
    """Something that was learnt from.

    Attributes:
        name: What it is called: a file's name, not where it stands on somebody's disk.
        count: How much there was of it, such as `1,200 dialogues`.
        sha256: Its checksum; empty: not known.
    """

    name: str
    count: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What is known of a trained model.

    Attributes:
        bot: The bot it was trained for.
        component: The policy's name in the bot file.
        method: How it was trained, as the options call it.
        language: A BCP 47 tag.
        license: Of the data, as the person who trained says; empty: they do not say.
        base: The model it began with; empty: none.
        parameters: How many weights it has; 0: not told.
        data: What it learnt from.
        settings: The options it was trained with.
        metrics: Figures on what was held out.
        before: The same of the model it began with.
        remarks: What the training told.
        limitations: What is known to go wrong, beside what goes wrong with all such models.
        adapter: Whether it is an adapter, which works only beside its base.
        encoder_decoder: Whether it reads with one half and writes with the other.
    """

    bot: str
    component: str
    method: str
    language: str = ""
    license: str = ""
    base: str = ""
    parameters: int = 0
    data: Sequence[DataFact] = ()
    settings: Mapping[str, Any] | None = None
    metrics: Mapping[str, float] | None = None
    before: Mapping[str, float] | None = None
    remarks: Sequence[str] = ()
    limitations: Sequence[str] = ()
    adapter: bool = False
    encoder_decoder: bool = False


def write_card(directory: Path, facts: CardFacts) -> Path:
    """Write the card of a model into its directory, and return the file."""
    file = directory / CARD
    file.write_text(render_card(facts), encoding="utf-8")
    return file


def render_card(facts: CardFacts) -> str:
    """Return the card of a model."""
    front = yaml.safe_dump(_front_matter(facts), sort_keys=False, allow_unicode=True, width=1000)
    sections = (_summary(facts), *_data(facts), *_training(facts), *_figures(facts), *_limits(facts), *_use(facts))
    return f"---\n{front}---\n\n" + "\n".join(sections) + "\n"


def describe_source(path: Path, count: str = "") -> DataFact:
    """Return a file or folder as a card names it, with its checksum: of a folder, that of its files' checksums."""
    if path.is_dir():
        hashed = hashlib.sha256()
        for file in sorted(file for file in path.rglob("*") if file.is_file()):
            hashed.update(f"{file.relative_to(path).as_posix()}\0{_sha256(file)}\n".encode(errors="surrogateescape"))
        return DataFact(path.name, count, hashed.hexdigest())
    return DataFact(path.name, count, _sha256(path))


def _front_matter(facts: CardFacts) -> dict[str, Any]:
    language = facts.language.partition("-")[0].lower()
    matter: dict[str, Any] = {**_license(facts.license)}
    if _LANGUAGE.fullmatch(language):
        matter["language"] = [language]
    if hub_id(facts.base):
        matter["base_model"] = facts.base
        matter["base_model_relation"] = "adapter" if facts.adapter else "finetune"
    matter["library_name"] = "peft" if facts.adapter else "transformers"
    matter["pipeline_tag"] = "text-generation"
    matter["tags"] = ["dialogue", "dialog-core", facts.method]
    figures = {name: value for name, value in (facts.metrics or {}).items() if math.isfinite(value)}
    if figures:
        matter["metrics"] = sorted(figures)
        dataset = {"name": _plain(", ".join(one.name for one in facts.data) or "held-out dialogues"), "type": "custom"}
        results = [{"type": name, "value": round(value, 6)} for name, value in figures.items()]
        matter["model-index"] = [
            {
                "name": _plain(_title(facts)),
                "results": [
                    {"task": {"type": "text-generation"}, "dataset": dataset, "metrics": results},
                ],
            }
        ]
    return matter


def _license(text: str) -> dict[str, str]:
    wanted = _plain(text)
    if not wanted:
        return {"license": UNKNOWN}
    id = wanted.lower().replace(" ", "-")
    return {"license": id} if id in LICENSES else {"license": OTHER, "license_name": wanted}


def _title(facts: CardFacts) -> str:
    return f"{facts.component} of {facts.bot}" if facts.bot else facts.component


def _summary(facts: CardFacts) -> str:
    size = f" It has {facts.parameters:,} weights." if facts.parameters else ""
    base = f" It began as {_code(_base_name(facts.base))}." if facts.base else ""
    kind = "An adapter for a language model" if facts.adapter else "A language model"
    how = SOME_WAYS.get(facts.method, f"trained by {_escaped(facts.method)}")
    licence = (
        f"The licence of what it learnt from: {_escaped(facts.license)}."
        if facts.license.strip()
        else "**The licence of what it learnt from is not known.** Find it out before you pass the model on."
    )
    return f"# {_escaped(_title(facts))}\n\n{kind}, {how}.{base}{size}\n\n{licence}\n"


def _data(facts: CardFacts) -> Iterator[str]:
    yield "## What it learnt from\n"
    if not facts.data:
        yield "Not told.\n"
        return
    yield "| data | amount | SHA-256 |\n|---|---|---|"
    for one in facts.data:
        yield f"| {_escaped(one.name)} | {_escaped(one.count) or '-'} | {_code(one.sha256) if one.sha256 else '-'} |"
    yield ""


def _training(facts: CardFacts) -> Iterator[str]:
    yield f"## How it was trained\n\nMethod: {_code(facts.method)}, by dialog-core {version('dialog-core')}.\n"
    if facts.settings:
        yield "| setting | value |\n|---|---|"
        for name, value in facts.settings.items():
            yield f"| {_escaped(name)} | {_code(value if isinstance(value, str) else json.dumps(value, default=str))} |"
        yield ""


def _figures(facts: CardFacts) -> Iterator[str]:
    yield "## How good it is\n"
    if not facts.metrics:
        yield "Not measured.\n"
    else:
        yield "On what was held out and not learnt from:\n"
        yield "| figure | before | after |\n|---|---:|---:|"
        for name, value in facts.metrics.items():
            before = (facts.before or {}).get(name)
            yield f"| {_escaped(name)} | {'-' if before is None else f'{before:.4g}'} | {value:.4g} |"
        yield ""
    if facts.remarks:
        yield from (f"- {_escaped(remark)}" for remark in facts.remarks)
        yield ""


def _limits(facts: CardFacts) -> Iterator[str]:
    yield "## What it is not good for\n"
    known = [
        "It says what sounds likely after what it has learnt from, be it true or not. Ground it in knowledge "
        "(`grounded_in`), and have replies checked (the guard `groundedness`) where a wrong one does harm.",
        "It repeats what stands in its data: names, prejudices and mistakes among it.",
        "The figures are of data like that it learnt from, and say little about anything else.",
    ]
    if facts.method == "scratch":
        known.append("It knows nothing but its data: a model of this size is for learning, tests and narrow tasks.")
    if facts.language:
        known.append(f"It was trained for the language {_code(facts.language)} and not tried in others.")
    yield from (f"- {text}" for text in known)
    yield from (f"- {_escaped(text)}" for text in facts.limitations)
    yield ""


def _use(facts: CardFacts) -> Iterator[str]:
    policy = {"name": _plain(facts.component), "use": "transformers", "model": "path/to/this/model"}
    yield "## How to use it\n"
    yield "The bot it was trained with uses it by itself. Another one names its folder in the bot file:\n"
    block = yaml.safe_dump({"policies": [policy]}, sort_keys=False, allow_unicode=True, width=1000)
    yield f"```yaml\n{block}```"
    if facts.adapter:
        yield f"\nIt is an adapter and needs its base beside it: {_code(_base_name(facts.base) or 'not told')}."


def hub_id(base: str) -> bool:
    """Return whether a model's name is one of a hub, and not a folder on somebody's disk."""
    return _HUB_ID.fullmatch(base) is not None and not Path(base).exists()


def _base_name(base: str) -> str:
    return base if hub_id(base) or not base else Path(base).name


def _plain(text: str) -> str:
    """Return other people's text on one line, without what steers a terminal or hides."""
    return " ".join(strip_controls(repair_text(text)).split())


def _escaped(text: str) -> str:
    """Return other people's text as markdown that shows it as it is."""
    return _MARKDOWN.sub(r"\\\1", _plain(text))


def _code(text: str) -> str:
    """Return other people's text as code within a line, wherever it stands."""
    inner = _plain(str(text)).replace("|", "\\|")
    if not inner:
        return "-"
    fence = "`" * (max((len(run) for run in re.findall("`+", inner)), default=0) + 1)
    return f"{fence} {inner} {fence}" if "`" in inner else f"`{inner}`"


def _sha256(file: Path) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
