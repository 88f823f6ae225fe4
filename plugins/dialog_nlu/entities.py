"""The annotator `entities`: what a message names, each with where it stands and its normal form."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dialog_core import Component, Context, Turn
from dialog_core.annotations import EntityAnnotation
from dialog_nlu.entity_found import Finder, Found, Scan, apart, narrow
from dialog_nlu.entity_kinds import finders_of
from dialog_nlu.entity_options import EntitiesOptions
from dialog_nlu.entity_roles import Roles
from dialog_nlu.model_files import TAGGER_VERSION

if TYPE_CHECKING:
    from dialog_nlu.tagger import Tagger

MOST_CHARACTERS = 5_000  # of a message that are looked at; nobody names things behind that on purpose

# Where a comma is decimal and a point parts thousands.
_COMMA_LANGUAGES = frozenset("bg cs da de el es fi fr hr hu id it nb nl no pl pt ro ru sk sl sr sv tr uk vi".split())
_log = logging.getLogger(__name__)


class EntitiesAnnotator(Component[EntitiesOptions]):
    """Finds what a message names.

    Attributes:
        inline: Whether `annotate` takes so little time that it is called on the event loop.

    Raises:
        PluginError: A kind of entity needs a package that is not installed.
        ConfigurationError: A file of values has mistakes.
        ArtefactError: It is `trained`, and was not, or what training left behind cannot be used.
    """

    def __init__(self, options: EntitiesOptions, context: Context) -> None:
        super().__init__(options, context)
        self._primary = context.language.split("-")[0].lower()
        named = options.languages or (context.language,)
        self._languages = frozenset(language.split("-")[0].lower() for language in named)
        context.files.update(spec.path for spec in options.entities.values() if spec.path is not None)
        self._finders: list[tuple[str, Finder]] = [
            (name, finder)
            for name, spec in options.entities.items()
            for finder in finders_of(name, spec, options, self._languages, self._primary)
        ]
        self._roles = {name: Roles(spec.roles) for name, spec in options.entities.items() if spec.roles}
        self._zone = ZoneInfo(options.timezone) if options.timezone else None
        if options.trained:
            self._artefact = context.artefact(version=TAGGER_VERSION)
        slow = any(spec.regex or spec.fuzzy for spec in options.entities.values()) or self._languages - {"en", "zh"}
        self.inline = not slow

    @cached_property
    def _tagger(self) -> "Tagger":
        from dialog_nlu.tagger import Tagger

        return Tagger.load(self._artefact)

    def warm(self) -> None:
        """Read the model and import what dates need now, and not at the first message."""
        if self.options.trained:
            _ = self._tagger
        self.entities("3. 4. 2026, 一百二十三", datetime.now().astimezone())

    def annotate(self, turn: Turn) -> list[EntityAnnotation]:
        """Return what the message names, in text order and apart from each other."""
        return self.entities(turn.text, turn.now)

    def entities(self, text: str, now: datetime) -> list[EntityAnnotation]:
        """Return what a text names.

        Args:
            text: The text.
            now: What dates are relative to.
        """
        text = text[:MOST_CHARACTERS]
        scan = Scan(narrow(text), now.astimezone(self._zone), self._languages, self._primary in _COMMA_LANGUAGES)
        found = [replace(piece, entity=name) for name, finder in self._finders for piece in finder.find(scan)]
        if self.options.trained:
            found = _with_roles(found, tagged := self._tagger.find(scan.text)) + tagged
        for expression in scan.stopped:
            _log.warning(
                "%s: the expression %.60r ran out of time; write it more closely", self.context.name, expression
            )
        return self._annotations(text, apart(found))

    def _annotations(self, text: str, found: list[Found]) -> list[EntityAnnotation]:
        annotations: list[EntityAnnotation] = []
        for place, piece in enumerate(found):
            annotation: EntityAnnotation = {
                "entity": piece.entity,
                "value": piece.value,
                "text": text[piece.start : piece.end],
                "start": piece.start,
                "end": piece.end,
            }
            role: str | None = piece.role
            if not role and piece.entity in self._roles:
                after = found[place - 1].end if place else 0
                until = found[place + 1].start if place + 1 < len(found) else len(text)
                role = self._roles[piece.entity].role(text, piece.start, piece.end, after, until)
            if role:
                annotation["role"] = role
            annotations.append(annotation)
        return annotations


def _with_roles(found: Iterable[Found], tagged: Iterable[Found]) -> list[Found]:
    """Give what lists and patterns found the roles that the tagger sees in the same places."""
    roles = {(piece.start, piece.end, piece.entity): piece.role for piece in tagged if piece.role}
    return [replace(piece, role=roles.get((piece.start, piece.end, piece.entity), "")) for piece in found]
