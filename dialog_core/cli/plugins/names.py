"""What a new plugin may be called, and what follows from it."""

import keyword
import re
from dataclasses import dataclass
from importlib.util import find_spec

from dialog_core.cli.wrong_use import WrongUse

LONGEST = 40  # letters: the name stands in those of classes, files and packages
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_PREFIX = re.compile(r"dialog[-_]core[-_]", re.IGNORECASE)
_YAML_WORDS = frozenset("true false null yes no on off".split())  # some reader or other takes these for no text
_TOO_GENERAL = frozenset("plugin plugins test tests".split())


@dataclass(frozen=True, slots=True)
class PluginNames:
    """What a plugin is called in the places where it has a name.

    Attributes:
        name: In bot files, and as an entry point: `pet_shop`.
    """

    name: str

    @property
    def distribution(self) -> str:
        """What pip calls it: `dialog-core-pet-shop`."""
        return f"dialog-core-{self.name.replace('_', '-')}"

    @property
    def package(self) -> str:
        """What Python imports: `dialog_pet_shop`."""
        return f"dialog_{self.name}"

    @property
    def class_prefix(self) -> str:
        """What its classes begin with: `PetShop`."""
        return "".join(word[:1].upper() + word[1:] for word in self.name.split("_"))

    @property
    def title(self) -> str:
        """What people read, unless the author says otherwise: `Pet shop`."""
        words = self.name.replace("_", " ")
        return words[:1].upper() + words[1:]

    @property
    def components(self) -> tuple[tuple[str, str], ...]:
        """Kind and name of what the scaffold registers."""
        return ("policy", self.name), ("action", f"{self.name}_reserve"), ("guard", f"{self.name}_links")


def plugin_names(written: str) -> PluginNames:
    """Return the names of a plugin from what somebody wrote: `pet-shop`, `Pet_Shop` and `dialog-core-pet-shop` are one.

    Raises:
        WrongUse: It cannot be called that; says why, and what would do.
    """
    name = _PREFIX.sub("", written.strip(), count=1).lower().replace("-", "_")
    if not written.isascii():
        raise WrongUse(
            f"{written!r} cannot be the name of a package: pip and Python want the letters a to z there. Give an "
            "English or pinyin name, such as `kefu`, and what people are to read with --title"
        )
    if not _NAME.fullmatch(name):
        wanted = "letters, digits and single hyphens or underscores between them, beginning with a letter"
        likely = re.sub(r"[^a-z0-9]+", "-", name).strip("-0123456789")[:LONGEST].strip("-")
        example = likely if _NAME.fullmatch(likely.replace("-", "_")) else "pet-shop"
        raise WrongUse(f"{written!r} cannot be the name of a package: it takes {wanted}, such as {example}")
    if len(name) == 1:
        raise WrongUse(f"{written!r} is too short: bot files name a package's files as NAME:PATH, and C: is a drive")
    if len(name) > LONGEST:
        raise WrongUse(f"{written!r} is {len(name)} letters long; a name has {LONGEST} at most")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in _YAML_WORDS:
        raise WrongUse(f"{name!r} means something else in Python or YAML; call it {name}_bot, for example")
    if name in _TOO_GENERAL:
        raise WrongUse(f"{name!r} says nothing about what the plugin does; name its domain, such as pet-shop")
    names = PluginNames(name)
    _refuse_clashes(names)
    return names


def _refuse_clashes(names: PluginNames) -> None:
    """Refuse a name that something installed has: of two plugins of one name neither could be used."""
    from dialog_core.plugins import PluginSet, installed_plugins

    instead = f"Call yours something else, such as my-{names.name.replace('_', '-')}"
    for plugin in installed_plugins():
        if plugin.name == names.name:
            whose = "a built-in plugin" if plugin.builtin else f"a plugin of {plugin.distribution} {plugin.version}"
            raise WrongUse(f"{names.name!r} is {whose}, which is installed here. {instead}")
    if find_spec(names.package) is not None:
        raise WrongUse(f"the package {names.package!r} exists already. {instead}")
    registry = PluginSet.load().registry
    for kind, name in names.components:
        if name in registry.names(kind):
            raise WrongUse(f"there is a built-in {kind} {name!r}. {instead}")
