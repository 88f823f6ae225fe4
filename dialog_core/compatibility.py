"""For which versions of dialog-core a plugin is made, as the metadata of its package says."""

import functools
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING

from dialog_core.errors import PluginError

if TYPE_CHECKING:
    from packaging.requirements import Requirement

DISTRIBUTION = "dialog-core"


@functools.cache
def wanted_versions(package: str) -> str:
    """Return which versions of dialog-core a package wants (`>=0.1,<0.2`); empty where it does not say."""
    try:
        lines = distribution(package).requires or ()
    except PackageNotFoundError:
        return ""
    return next((str(requirement.specifier) for requirement in requirements_in(lines)), "")


def requirements_in(lines: Iterable[str]) -> Iterator["Requirement"]:
    """Yield those of a package's requirements that are about dialog-core and hold here, whatever extras it has."""
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    for line in lines:
        if not line.lower().startswith("dialog"):
            continue  # most are of other packages, and none of them has to be understood
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue  # whoever wrote it by hand is told by pip
        holds = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if holds and canonicalize_name(requirement.name) == DISTRIBUTION:
            yield requirement


def suggested_bounds(version: str) -> tuple[str, str]:
    """Return with which versions a plugin works that is made for this one: since which, and below which."""
    major, minor = (int(part) for part in version.split(".")[:2])
    return f"{major}.{minor}", f"{major + 1}.0" if major else f"0.{minor + 1}"


def refuse_other_version(plugin: str, package: str, version: str) -> None:
    """Refuse a plugin that is made for other versions of dialog-core than the one that runs.

    Args:
        plugin: What bot files call it.
        package: The distribution it comes in.
        version: Of that distribution.

    Raises:
        PluginError: It is.
    """
    wanted = wanted_versions(package)
    if not wanted:
        return
    from packaging.specifiers import SpecifierSet

    from dialog_core import __version__

    if not SpecifierSet(wanted).contains(__version__, prereleases=True):
        raise PluginError(
            f"plugin {plugin!r} ({package} {version}) is made for dialog-core {wanted}, and this is dialog-core "
            f"{__version__}. Get two that fit: pip install --upgrade dialog-core {package}"
        )


def hint_at_version() -> str:
    """Return what to say where a plugin uses what is not there: it may be made for another version."""
    from dialog_core import __version__

    return f"If it is made for another version of dialog-core than {__version__}, update one of the two."
