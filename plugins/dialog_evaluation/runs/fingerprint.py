"""The fingerprint of a run: of everything that decides what a bot answers."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dialog_core import Bot, BotSpec, ComponentSpec, __version__

_LISTS = {"annotators": "annotator", "policies": "policy", "guards": "guard"}
MISSING = "missing"
LENGTH = 12  # hexadecimal digits: 48 bits tell the runs of one bot apart, and make a name one can read out


def fingerprint(facts: Mapping[str, Any]) -> str:
    """Return the fingerprint of JSON values."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def bot_facts(spec: BotSpec, bot: Bot) -> dict[str, Any]:
    """Return what decides what a bot answers: its sections as they are after `extends` and variables, and its files.

    What it keeps conversations in, and how it is trained, makes no difference; what training has made does.

    Args:
        spec: The bot file, read.
        bot: The bot that was made of it.
    """
    base = spec.path.absolute().parent
    written = {path.absolute() for path in spec.files}
    used = {path.absolute() for path in bot.files} | {
        Path(source.options.path).absolute() for source in spec.knowledge.values()
    }
    file = spec.file
    facts = {
        "framework": __version__,
        "bot": file.bot.model_dump(),
        "dispatch": file.dispatch.model_dump(),
        "fallback": file.fallback,
        "plugins": _plugins(spec),
        "tiers": spec.tiers,
        "knowledge": {name: _component(source) for name, source in spec.knowledge.items()},
        "annotators": [_component(part) for part in spec.annotators],
        "policies": [_component(part) for part in spec.policies],
        "guards": [_component(part) for part in spec.guards],
        "ranking": _component(spec.ranker),
        **({"left out": [remark.partition(" (")[0] for remark in bot.remarks]} if bot.remarks else {}),
        "files": {str(path): checksum(path) for path in sorted(used - written)},
    }
    # The same bot in another place is the same bot, as long as what it names outside of its folder stays where it is.
    told: dict[str, Any] = json.loads(json.dumps(facts, default=str).replace(f"{base}{os.sep}", ""))
    return told


def parts_of(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the fingerprint of each part of a bot, by what people call it; nothing of what it says is in there.

    Args:
        facts: What `bot_facts` returned.
    """
    parts: dict[str, str] = {}
    for section, told in facts.items():
        if section in _LISTS:
            for place, part in enumerate(told):
                parts[f"{_LISTS[section]} {part['name'] or place + 1}"] = fingerprint(part)
        elif section in ("knowledge", "files"):
            parts |= {f"{section.removesuffix('s')} {name}": fingerprint({"": part}) for name, part in told.items()}
        else:
            parts[section] = fingerprint({"": told})
    return parts


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file's content, or of the names and contents of all files in a directory.

    A file that is not there has a checksum too: that it is missing is a fact like others.
    """
    digest = hashlib.sha256()
    try:
        for name, file in _files(path):
            with file.open("rb") as stream:
                digest.update(f"{name}\0{hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    except OSError:
        return MISSING
    return digest.hexdigest()


def _component(spec: ComponentSpec) -> dict[str, Any]:
    # Whether a bot could do without a part makes no difference to what it answers while the part is there.
    return {"name": spec.name, "use": spec.registration.name, "options": spec.options.model_dump(exclude={"optional"})}


def _plugins(spec: BotSpec) -> list[str]:
    """Return the plugins that are used; of those the bot can do without, some may not be there."""
    missing = {one.part for one in spec.left_out}
    named = (plugin if isinstance(plugin, str) else plugin.name for plugin in spec.file.plugins)
    return [name for name in named if f"plugin {name}" not in missing]


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    if not path.is_dir():
        yield "", path
        return
    for parent, directories, names in os.walk(path):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(parent, name).relative_to(path).as_posix(), Path(parent, name)
