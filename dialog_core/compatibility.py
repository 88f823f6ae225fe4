"""For which versions of dialog-core a plugin is made, as the metadata of its package says."""

import functools
from importlib.metadata import PackageNotFoundError, distribution

from dialog_core.errors import PluginError

DISTRIBUTION = "dialog-core"


@functools.cache
def wanted_versions(package: str) -> str:
    """Return which versions of dialog-core a package wants (`>=0.1,<0.2`); empty where it does not say."""
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    try:
        lines = distribution(package).requires or ()
    except PackageNotFoundError:
        return ""
    for line in lines:
        if not line.lower().startswith("dialog"):
            continue  # most are of other packages, and none of them has to be understood
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue  # whoever wrote it by hand is told by pip
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if wanted and canonicalize_name(requirement.name) == DISTRIBUTION:
            return str(requirement.specifier)
    return ""


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
