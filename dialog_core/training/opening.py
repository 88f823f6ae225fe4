"""Opening the artefact that a component of a bot asks its context for."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dialog_core.bot_file import DISPATCH, RANKING, BotSpec, ComponentSpec
from dialog_core.configuration.problems import shown_path
from dialog_core.errors import ArtefactError
from dialog_core.training.artefacts import Artefact
from dialog_core.training.component_directory import ComponentDirectory
from dialog_core.training.hashing import PREFIX
from dialog_core.training.options_json import OptionsDescriber


def open_artefact(
    spec: BotSpec, component: ComponentSpec, directory: ComponentDirectory, version: int | None = None
) -> Artefact:
    """Return the artefact in use of a component.

    Args:
        spec: The bot.
        component: The component.
        directory: Where its artefacts stand.
        version: The version of the trainer the component can read artefacts of; None: any.

    Raises:
        ArtefactError: It is not trained, or was trained for something else than the bot file asks for now, or a file is
            damaged.
    """
    remedy = _remedy(spec, directory.component)

    def refuse(reason: str, *, missing: bool = False) -> ArtefactError:
        return ArtefactError(reason, component=directory.component, remedy=remedy, missing=missing)

    try:
        current = directory.current()
    except ArtefactError as error:
        raise refuse(error.reason) from error
    if current is None:
        raise refuse(f"the component {directory.component!r} is not trained", missing=True)
    artefact = Artefact.open(current, component=directory.component, remedy=remedy)
    manifest, where = artefact.manifest, shown_path(current)
    if manifest.use != component.registration.name:
        raise refuse(f"{where} was trained for {manifest.use!r}, not {component.registration.name!r}")
    if version is not None and manifest.trainer_version != version:
        raise refuse(f"{where} was trained by version {manifest.trainer_version} of its trainer, not {version}")
    describer = OptionsDescriber(spec.plugins.registry, spec.path.parent, manifest.inputs)
    try:
        options = describer.describe(component.registration, component.options, "component")
    except OSError as error:
        raise refuse(f"{error.filename} cannot be read: {error.strerror or error}") from error
    changed = sorted(set(_differences(manifest.component_options, options)))
    if changed:
        raise refuse(f"{where} was trained with other options of {directory.component!r}: {', '.join(changed)}")
    return artefact


def untrained(spec: BotSpec, errors: Sequence[ArtefactError]) -> ArtefactError:
    """Return one error that names all components that have to be trained, or built in some other way."""
    if len(errors) == 1:
        return errors[0]
    train = command("train", spec)
    missing = [error.component for error in errors if error.missing and train in error.remedy]
    reasons = [error.reason for error in errors if error.component not in missing]
    if missing:
        reasons.insert(0, f"these components are not trained: {', '.join(missing)}")
    others = [error for error in errors if train not in error.remedy or error.component not in spec.trained]
    remedies = [f"{error.remedy}." for error in others if error.remedy and error.component != DISPATCH]
    if any(train in error.remedy for error in errors):
        remedies.append(f"Run: {train}.")
    remedies += [f"Then: {error.remedy.removeprefix('Run: ')}." for error in others if error.component == DISPATCH]
    remedy = " ".join(dict.fromkeys(remedies)).removesuffix(".")
    names = ", ".join(error.component for error in errors)
    return ArtefactError(". ".join(dict.fromkeys(reasons)), component=names, remedy=remedy, missing=bool(missing))


def artefact_name(spec: BotSpec, component: ComponentSpec) -> str:
    """Return what the artefacts of a component are kept under: its name in the bot file, or `ranking`."""
    return RANKING if component is spec.ranker else component.name


def _remedy(spec: BotSpec, name: str) -> str:
    run = f"{command('train', spec)} --only {shlex.quote(name)}"
    if name in spec.trained:
        return f"Run: {run}"
    return f"Add `- {{component: {name}, ...}}` under `training:` in {shown_path(spec.path)} and run: {run}"


def command(verb: str, spec: BotSpec) -> str:
    """Return what to type for a command about a bot."""
    return f"dialog-core {verb} {shlex.quote(shown_path(spec.path))}"


def _differences(trained: Any, wanted: Any, path: str = "") -> Iterator[str]:
    if isinstance(trained, Mapping) and isinstance(wanted, Mapping):
        for key in {*trained, *wanted}:
            yield from _differences(trained.get(key), wanted.get(key), f"{path}.{key}" if path else str(key))
    elif trained != wanted:
        yield f"{path} (what the files say has changed)" if _is_files(trained) and _is_files(wanted) else path


def _is_files(described: Any) -> bool:
    """Whether an option names files: these are described by what they say."""
    several = described if isinstance(described, list) else [described]
    return bool(several) and all(isinstance(one, str) and one.startswith(PREFIX) for one in several)
