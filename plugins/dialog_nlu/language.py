"""The annotator `language`."""

from collections.abc import Mapping
from typing import Any

from dialog_core import Component, Context, PluginError, Turn, UserSaid
from dialog_core.annotations import LanguageAnnotation
from dialog_core.configuration import did_you_mean
from dialog_core.text import repair_text
from dialog_nlu.language_light import KNOWN, MOST_CHARACTERS, detect
from dialog_nlu.language_options import LanguageOptions

LOOKED_BACK = 12  # messages of both sides


class LanguageAnnotator(Component[LanguageOptions]):
    """Says what language a message is in.

    Attributes:
        inline: Whether `annotate` takes so little time that it is called on the event loop.

    Raises:
        PluginError: The engine does not know one of the languages, or needs a package that is not installed.
    """

    def __init__(self, options: LanguageOptions, context: Context) -> None:
        super().__init__(options, context)
        tags = options.languages or (context.languages if len(context.languages) > 1 else ())
        self._tags = {tag.split("-")[0].lower(): tag for tag in reversed(tags)}
        self.inline = options.engine == "light"
        self._detector: Any = None
        if options.engine == "lingua":
            self._detector = _lingua(list(self._tags))
        else:
            for language in self._tags:
                if language not in KNOWN:
                    remedy = did_you_mean(language, KNOWN) if len(language) > 3 else "Set `engine: lingua`."
                    raise PluginError(
                        f"{context.name}: the light engine does not know the language {language!r}. {remedy}"
                    )
        self._known = frozenset(self._tags) if self._tags else KNOWN

    def warm(self) -> None:
        """Load what the engine needs now, and not at the first message."""
        self.language("What language is this, please?")

    def annotate(self, turn: Turn) -> LanguageAnnotation:
        """Return the language, or None for it where that cannot be told.

        Of a message that says too little ("ok", an order number) it is that of what the user said before.
        """
        found = self.language(turn.text)
        if found["language"] is not None:
            return found
        said = turn.conversation.messages
        for place in range(len(said) - 2, max(len(said) - 2 - LOOKED_BACK, -1), -1):
            event = said[place]
            if isinstance(event, UserSaid) and (before := self.language(event.message.text))["language"] is not None:
                return before
        return found

    def language(self, text: str) -> LanguageAnnotation:
        """Return the language of a text."""
        found = self._probabilities(text)
        if not found:
            return {"language": None, "probability": 0.0}
        best = max(sorted(found), key=found.__getitem__)
        probability = round(min(found[best], 1.0), 4)
        sure = probability >= self.options.sure_from
        return {"language": self._tags.get(best, best) if sure else None, "probability": probability}

    def _probabilities(self, text: str) -> Mapping[str, float]:
        if self._detector is None:
            return detect(text, self._known)
        values = self._detector.compute_language_confidence_values(repair_text(text[:MOST_CHARACTERS]))
        return {_tag(value.language): value.value for value in values if value.value > 0}


def _tag(language: Any) -> str:
    return str(language.iso_code_639_1.name).lower()


def _lingua(languages: list[str]) -> Any:
    try:
        from lingua import IsoCode639_1, LanguageDetectorBuilder
    except ModuleNotFoundError as error:
        raise PluginError(
            "the engine `lingua` needs the package 'lingua-language-detector', which is not installed. "
            "Run: pip install 'dialog-core[nlu]'"
        ) from error
    if not languages:
        return LanguageDetectorBuilder.from_all_languages().build()
    codes = []
    for language in languages:
        code = getattr(IsoCode639_1, language.upper(), None)
        if code is None:
            raise PluginError(f"lingua does not know the language {language!r}. Remove it from `languages`.")
        codes.append(code)
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()
