"""What policies are, as far as their scores depend on it: what was learnt from scores holds no longer than that."""

import hashlib
import json
from pathlib import Path

from dialog_core.bot_file import BotSpec, ComponentSpec
from dialog_core.errors import ArtefactError
from dialog_core.training.artefacts import Artefact
from dialog_core.training.component_directory import ComponentDirectory
from dialog_core.training.options_json import OptionsDescriber

LENGTH = 12  # hexadecimal digits; they stand in every trace


class _SettingsDescriber(OptionsDescriber):
    """Describes options with the names of files and not their contents: another rule or entry leaves scores alone."""

    def _content(self, path: Path, key: str) -> str:
        return path.relative_to(self._base).as_posix() if path.is_relative_to(self._base) else path.name


def policy_fingerprints(spec: BotSpec, models: Path) -> dict[str, str]:
    """Return a fingerprint for each policy of a bot, which changes when its scores may come to mean something else.

    That is when its options change or it is trained anew, not when its knowledge or its rules change.

    Args:
        spec: The bot.
        models: The directory of the bot's artefacts.
    """
    describer = _SettingsDescriber(spec.plugins.registry, spec.path.parent)
    return {policy.name: _fingerprint(policy, describer, models) for policy in spec.policies}


def trained_fingerprint(models: Path, component: str) -> str:
    """Return the fingerprint of the artefact of a component that is in use; empty where there is none to use."""
    try:
        place = ComponentDirectory(models, component).current()
        return Artefact.open(place).manifest.fingerprint if place is not None else ""
    except ArtefactError:
        return ""  # whoever serves from it says what is wrong


def _fingerprint(policy: ComponentSpec, describer: OptionsDescriber, models: Path) -> str:
    facts = {
        "use": policy.registration.name,
        "options": describer.describe(policy.registration, policy.options, policy.name),
        "trained": trained_fingerprint(models, policy.name),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:LENGTH]
