"""The same Rasa project written otherwise: other names of files, other layouts, other ways of writing YAML."""

import random
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, cast

import yaml

Files = dict[str, str | bytes]
Mutation = Callable[[Files, random.Random], Files]

LISTS: Final = ("nlu", "stories", "rules")  # keys whose values are lists of items; all others are mappings
SETTINGS: Final = ("config.yml", "endpoints.yml", "credentials.yml", "domain.yml")


class _Loader(yaml.SafeLoader):
    """Reads scalars as YAML 1.2 has them: `yes` and `12:30` are texts."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag.rsplit(":", 1)[1] in ("null", "float")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines on one line, in quotes."""


class _Quoting(yaml.SafeDumper):
    """Writes every text in quotes."""


class _Indenting(_Dumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if "\n" in text or isinstance(dumper, _Quoting) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
_Quoting.add_representer(str, _text)


def load(text: str | bytes) -> dict[str, Any]:
    """Read a YAML file."""
    plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    return cast("dict[str, Any]", yaml.load(plain, _Loader) or {})


def dump(value: Any, dumper: type[yaml.SafeDumper] = _Dumper, **options: Any) -> str:
    """Write a YAML file."""
    return str(yaml.dump(value, Dumper=dumper, sort_keys=False, allow_unicode=True, width=100_000, **options))


def is_data(name: str) -> bool:
    """Say whether a file is training data."""
    return name.startswith("data/") and name.endswith((".yml", ".yaml"))


def _data(files: Files) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, text in files.items():
        if is_data(name):
            yield name, load(text)


def _rest(files: Files) -> Files:
    return {name: text for name, text in files.items() if not is_data(name)}


def renamed(files: Files, rng: random.Random) -> Files:
    """Give files and folders of data other names, some of them strange."""
    names = ["a b", "NLU", "stories.old", "größe", "数据", "x/y/z", "data", "domain-of-one", "00"]
    rng.shuffle(names)
    data = [name for name in files if is_data(name)]
    moved = {name: f"data/{other}/{other.split('/')[-1]}.yaml" for name, other in zip(data, names, strict=False)}
    return {moved.get(name, name): text for name, text in files.items()}


def merged(files: Files, rng: random.Random) -> Files:
    """Put all data into one file."""
    together: dict[str, Any] = {}
    for _, content in _data(files):
        for key, value in content.items():
            if isinstance(value, list):
                together.setdefault(key, []).extend(value)
            elif isinstance(value, dict):
                together.setdefault(key, {}).update(value)
            elif value is not None:
                together[key] = value
    return {**_rest(files), "data/everything.yml": dump(together)}


def split(files: Files, rng: random.Random) -> Files:
    """Give every item of the data a file of its own."""
    items: list[dict[str, Any]] = []
    for _, content in _data(files):
        for key, value in content.items():
            if isinstance(value, list):
                items.extend({key: [one]} for one in value)
            elif isinstance(value, dict):
                items.extend({key: {name: one}} for name, one in value.items())
    return {**_rest(files), **{f"data/{number % 7}/{number}.yml": dump(item) for number, item in enumerate(items)}}


def domain_in_a_folder(files: Files, rng: random.Random) -> Files:
    """Cut the domain into files of a folder: one for each key, and two where it can be."""
    if "domain.yml" not in files:
        return files
    domain = load(files["domain.yml"])
    domain.pop("version", None)
    parts: Files = {}
    for key, value in domain.items():
        if isinstance(value, dict) and len(value) > 1 and key != "session_config":
            pairs = list(value.items())
            parts[f"domain/{key}.yml"] = dump({key: dict(pairs[:1])})
            parts[f"domain/more/{key}.yml"] = dump({"version": "3.1", key: dict(pairs[1:])})
        elif isinstance(value, list) and len(value) > 1:
            parts[f"domain/{key}.yml"] = dump({key: value[:1]})
            parts[f"domain/more/{key}.yml"] = dump({"version": "3.1", key: value[1:]})
        else:
            parts[f"domain/{key}.yml"] = dump({key: value})
    return {**{name: text for name, text in files.items() if name != "domain.yml"}, **parts}


def reordered(files: Files, rng: random.Random) -> Files:
    """Shuffle what stands in no order: items, examples, keys of mappings, files."""

    def shuffled(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            pairs = list(value.items())
            rng.shuffle(pairs)
            return {name: shuffled(one, name) for name, one in pairs}
        if isinstance(value, list):
            ordered = [shuffled(one) for one in value]
            if key in (*LISTS, "intents", "entities", "actions"):
                rng.shuffle(ordered)
            return ordered
        if isinstance(value, str) and key == "examples":
            lines = [line for line in value.split("\n") if line.strip()]
            rng.shuffle(lines)
            return "\n".join(lines) + "\n"
        return value

    def of(name: str, text: str | bytes) -> str | bytes:
        ours = is_data(name) or name == "domain.yml"
        return dump(shuffled(load(text))) if ours else text

    names = list(files)
    rng.shuffle(names)
    return {name: of(name, files[name]) for name in names}


def examples_as_lists(files: Files, rng: random.Random) -> Files:
    """Write examples as lists of texts with metadata instead of one text with lines."""
    changed = dict(files)
    for name, content in _data(files):
        for item in content.get("nlu") or []:
            if "intent" in item and isinstance(item["examples"], str):
                lines = [line.strip().removeprefix("- ") for line in item["examples"].split("\n") if line.strip()]
                item["examples"] = [{"text": f"{line}\n", "metadata": {"from": "here"}} for line in lines]
        changed[name] = dump(content)
    return changed


def _each(change: Callable[[str], str | bytes]) -> Mutation:
    def mutate(files: Files, rng: random.Random) -> Files:
        return {
            name: change(text) if isinstance(text, str) and name.endswith((".yml", ".yaml")) else text
            for name, text in files.items()
        }

    return mutate


def _commented(text: str) -> str:
    lines = []
    for number, line in enumerate(dump(load(text)).splitlines()):
        indent = line[: len(line) - len(line.lstrip())]
        lines.append(f"{indent}# about this: {number}, [x](y), {{{{ z }}}}")
        lines.append(line)
        lines.append("")
    return "# the beginning\n" + "\n".join(lines) + "\n# the end"


windows_lines: Final = _each(lambda text: text.replace("\n", "\r\n").encode("utf-8"))
byte_order_marks: Final = _each(lambda text: b"\xef\xbb\xbf" + text.encode("utf-8"))
comments: Final = _each(_commented)
indentation: Final = _each(lambda text: dump(load(text), _Indenting, indent=6))
in_brackets: Final = _each(lambda text: dump(load(text), default_flow_style=True))
quoted: Final = _each(lambda text: dump(load(text), _Quoting))
folded: Final = _each(lambda text: yaml.safe_dump(load(text), sort_keys=False, width=30))  # and every letter escaped

MUTATIONS: Final[dict[str, Mutation]] = {
    "renamed": renamed,
    "merged": merged,
    "split": split,
    "domain in a folder": domain_in_a_folder,
    "reordered": reordered,
    "examples as lists": examples_as_lists,
    "windows lines": windows_lines,
    "byte order marks": byte_order_marks,
    "comments": comments,
    "indentation": indentation,
    "in brackets": in_brackets,
    "quoted": quoted,
    "folded": folded,
}
