"""The files of a new plugin: made from templates, and written all or none."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from dialog_core import __version__
from dialog_core.cli.plugins.names import PluginNames
from dialog_core.cli.wrong_use import WrongUse
from dialog_core.compatibility import suggested_bounds

SUFFIX = ".txt"  # of every template: none of them is code before its words are filled in
_CHAT = {
    "en": 'chat.user("reserve 3 apples").policy("reservations").bot_contains("3 apples")\n'
    '    chat.user("how long do you keep a reservation?").policy("faq").bot_contains("three days")',
    "zh": 'chat.user("预订3个苹果").policy("reservations").bot_contains("苹果")\n'
    '    chat.user("预订可以保留多久？").policy("faq").bot_contains("三天")',
}


@dataclass(frozen=True, slots=True)
class Scaffold:
    """A plugin that is to be made.

    Attributes:
        names: What it is called.
        title: What people read.
        language: That of its README and of its first bot: `en` or `zh`.
        author: Who writes it.
        licence: An SPDX identifier there is a text of.
    """

    names: PluginNames
    title: str
    language: str
    author: str
    licence: str

    def files(self) -> Mapping[str, str]:
        """Return the files by path, all texts filled in."""
        templates = files("dialog_core.cli").joinpath("templates")
        made: dict[str, str] = {}
        for path, text in _walk(templates.joinpath("plugin"), PurePosixPath()):
            parts = [f".{part[4:]}" if part.startswith("dot-") else part for part in path.parts]
            name = self._filled("/".join(parts)).removesuffix(SUFFIX)
            if name in ("README.en.md", "README.zh.md"):
                if name != f"README.{self.language}.md":
                    continue
                name = "README.md"
            made[name] = self._filled(text)
        licence = templates.joinpath("licences", f"{self.licence}{SUFFIX}")
        made["LICENSE"] = self._filled(licence.read_text(encoding="utf-8"))
        return made

    def _filled(self, text: str) -> str:
        for mark, word in self._words().items():
            text = text.replace(f"__{mark}__", word)
        return text

    def _words(self) -> Mapping[str, str]:
        since, below = suggested_bounds(__version__)
        chinese = self.language == "zh"
        description = f"{self.title}：dialog-core 的插件" if chinese else f"{self.title}, a plugin for dialog-core"
        return {  # what people wrote comes last: nothing is filled into it
            "NAME": self.names.name,
            "PACKAGE": self.names.package,
            "DISTRIBUTION": self.names.distribution,
            "CLASS": self.names.class_prefix,
            "LANGUAGE": self.language,
            "LICENCE": self.licence,
            "SINCE": since,
            "BELOW": below,
            "YEAR": str(date.today().year),
            "CHAT": _CHAT[self.language],
            "DESCRIPTION_QUOTED": _quoted(description),
            "HOLDER_QUOTED": _quoted(self.author),
            "HOLDER": self.author,
            "TITLE_QUOTED": _quoted(self.title),
            "TITLE": self.title,
        }


def write_all(directory: Path, texts: Mapping[str, str]) -> None:
    """Write files into a new directory: all of them, or none.

    Raises:
        WrongUse: The directory has something in it, or cannot be written.
    """
    if directory.is_symlink() or (directory.exists() and not directory.is_dir()):
        raise WrongUse(f"{directory} exists already; name another directory")
    made: list[Path] = []
    try:
        if directory.is_dir() and any(directory.iterdir()):
            raise WrongUse(f"{directory} exists already and is not empty; name another directory")
        parent = directory.absolute().parent
        for missing in reversed([folder for folder in (parent, *parent.parents) if not folder.exists()]):
            missing.mkdir()
            made.append(missing)
        work = Path(tempfile.mkdtemp(prefix=".dialog-core-", dir=parent))
        try:
            for name, text in texts.items():
                path = work / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
            work.chmod(0o777 & ~_umask())  # as `mkdir` would have made it
            if directory.is_dir():
                directory.rmdir()  # it is empty; Windows renames nothing over a directory
            os.replace(work, directory)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except (OSError, ValueError) as error:
        for folder in reversed(made):
            folder.rmdir()
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise WrongUse(f"{directory} cannot be written: {why}") from error


def _walk(folder: Traversable, path: PurePosixPath) -> Iterator[tuple[PurePosixPath, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _walk(entry, path / entry.name)
        elif entry.name.endswith(SUFFIX):
            yield path / entry.name, entry.read_text(encoding="utf-8")


def _quoted(text: str) -> str:
    """Return a text in double quotes, which TOML and YAML read alike."""
    return json.dumps(text, ensure_ascii=False)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
