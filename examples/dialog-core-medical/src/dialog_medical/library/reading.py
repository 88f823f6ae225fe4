"""Reads the library through a data set reader, and the tables of other names; checks both before the bot is built."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Node, Problem, missing_file, read_yaml
from dialog_core.datasets import KnowledgeEntry
from dialog_medical.options import LibraryOptions

INSTITUTES = {
    "CancerGov": "National Cancer Institute (NIH)",
    "GARD": "Genetic and Rare Diseases Information Center (NIH)",
    "GHR": "Genetics Home Reference (NIH)",
    "MPlus": "MedlinePlus, National Library of Medicine (NIH)",
    "NIDDK": "National Institute of Diabetes and Digestive and Kidney Diseases (NIH)",
    "NINDS": "National Institute of Neurological Disorders and Stroke (NIH)",
    "SeniorHealth": "NIHSeniorHealth (NIH)",
    "NHLBI": "National Heart, Lung, and Blood Institute (NIH)",
    "CDC": "Centers for Disease Control and Prevention (CDC)",
    "ADAM": "A.D.A.M. Medical Encyclopedia, MedlinePlus (NIH)",
}
"""By a part of what the data set calls its sources."""


def read_library(options: LibraryOptions, context: Context) -> list[KnowledgeEntry]:
    """Return the entries of the data set that have a title, an answer and a place to look them up; none without a path.

    Raises:
        ConfigurationError: It is not there, or not readable.
    """
    if options.path is None:
        return []
    if not options.path.exists():
        raise ConfigurationError([_missing(options, context.name)])
    context.files.add(options.path)
    reader = context.create("reader", options.reader)
    entries = (entry for entry in reader.read(options.path) if isinstance(entry, KnowledgeEntry))
    return [entry for entry in entries if entry.metadata.get("focus") and entry.source]


def institute_of(entry: KnowledgeEntry) -> str:
    """Return who has published an entry."""
    source = str(entry.metadata.get("source", ""))
    words = re.split(r"[^A-Za-z]+", source)
    return next((name for key, name in INSTITUTES.items() if key in words), source)


def read_names(paths: Iterable[Path]) -> Mapping[str, Sequence[str]]:
    """Return other names of conditions, by the library's.

    Raises:
        ConfigurationError: With every problem in all the tables.
    """
    problems: list[Problem] = []
    found: dict[str, list[str]] = {}
    for path in paths:
        try:
            node = read_yaml(path)
        except ConfigurationError as error:
            problems.extend(error.problems)
            continue
        table = node.child("names")
        if table is None or not isinstance(table.value, dict):
            problems.append(
                node.problem("has no table `names`", remedy="Write `names:` and below it `Title: [name, ...]`.")
            )
            continue
        for title, names in table.value.items():
            found.setdefault(title, []).extend(_names(title, names, problems))
    if problems:
        raise ConfigurationError(problems)
    return found


def _names(title: str, node: Node, problems: list[Problem]) -> list[str]:
    items = node.value if isinstance(node.value, list) else [node]
    names = [item.value for item in items]
    for item in items:
        if not isinstance(item.value, str) or not item.value.strip():
            problems.append(
                item.problem("a name has to be text", path=("names", title), remedy="Write `Title: [name, ...]`.")
            )
    return [name for name in names if isinstance(name, str)]


def check(options: LibraryOptions, context: Context) -> Iterable[Problem]:
    """Return what is wrong with the files the options name."""
    if options.path is not None and not options.path.exists():
        yield _missing(options, context.name)
    try:
        read_names(options.names)
    except ConfigurationError as error:
        yield from error.problems


def _missing(options: LibraryOptions, name: str) -> Problem:
    missing = missing_file(options.path or Path())
    remedy = f"{missing.remedy} Leave `path` out to run without a library.".strip()
    return Problem(f"{name}: the health library is not at {options.path}", path="path", remedy=remedy)
