"""What the package says about itself: the metadata that pip and people go by."""

from collections.abc import Sequence
from importlib.metadata import Distribution, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dialog_core.cli.plugins.checking.finding import Finding, Findings
from dialog_core.compatibility import DISTRIBUTION, requirements_in, suggested_bounds
from dialog_core.plugins import InstalledPlugin

BOUNDS = ("<", "<=", "==", "===", "~=")  # comparisons that leave future versions out


def check_package(plugin: InstalledPlugin) -> Sequence[Finding]:
    """Look at the metadata of a plugin's distribution, and for its mark of being typed."""
    found = Findings("Package")
    package = distribution(plugin.distribution)
    if not plugin.builtin:
        _check_requirement(package, found)
    said: Any = package.metadata  # an email.message.Message, which its protocol does not tell
    has_licence = said.get("License-Expression") or said.get("License") or said.get("License-File")
    has_licence = has_licence or any("License ::" in line for line in said.get_all("Classifier") or ())
    found.expect(
        has_licence, "licence", "the package names no licence", 'Add `license = "Apache-2.0"` or another to [project].'
    )
    readme = said.get("Description") or str(said.get_payload() or "")
    found.expect(
        readme.strip(),
        "readme",
        "the package has no readme, which is what people see first",
        'Add `readme = "README.md"` to [project].',
    )
    found.expect(
        said.get("Summary"), "description", "the package has no description", "Add `description` to [project]."
    )
    folder = package_folder(plugin)
    if folder is None:
        found.not_checked("py.typed", "it is a single module, which has no place for the file")
    else:
        found.expect(
            (folder / "py.typed").is_file(),
            "py.typed",
            "type checkers do not look at packages without the file py.typed",
            f"Add the empty file {folder.name}/py.typed.",
        )
    return found.made


def package_folder(plugin: InstalledPlugin) -> Path | None:
    """Return the folder of the package a plugin is; None of a single module. Nothing of it is imported."""
    spec = find_spec(plugin.target.partition(":")[0].partition(".")[0])
    if spec is None or spec.origin is None or not spec.submodule_search_locations:
        return None
    return Path(spec.origin).parent


def _check_requirement(package: Distribution, found: Findings) -> None:
    """See that the package says for which versions of dialog-core it is made."""
    from dialog_core import __version__

    subject, needs = f"requires {DISTRIBUTION}", list(requirements_in(package.requires or ()))
    since, below = suggested_bounds(__version__)
    remedy = f'Write `dependencies = ["{DISTRIBUTION}>={since},<{below}"]` in [project].'
    if not needs:
        found.failed(subject, f"the package does not require {DISTRIBUTION}", remedy)
    for requirement in needs:
        if not any(specifier.operator in BOUNDS for specifier in requirement.specifier):
            told = f"`{requirement}` also takes versions that are not made yet, and may change what the plugin uses"
            found.failed(subject, told, remedy)
        elif not requirement.specifier.contains(__version__, prereleases=True):
            found.failed(subject, f"`{requirement}` does not take {__version__}, which runs here", remedy)
        else:
            found.passed(subject, str(requirement.specifier))
