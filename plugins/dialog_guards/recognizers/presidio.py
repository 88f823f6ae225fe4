"""The recognizer `presidio`: the pattern recognisers of Presidio for English."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from dialog_core import Component, Context, PluginError
from dialog_core.interfaces import Recognized
from dialog_guards.recognizers.options import PiiOptions, PresidioOptions
from dialog_guards.recognizers.pii import PiiRecognizer, without_overlaps

LEAST = 0.4  # below it Presidio itself calls its patterns weak: any nine digits might be a number of some state's
LONGEST = 100_000  # characters looked at at once

KINDS = {
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "credit_card",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip_address",
    "US_SSN": "us_ssn",
    "UK_NINO": "uk_nino",
    "US_PASSPORT": "passport",
    "CRYPTO": "crypto_wallet",
    "US_ITIN": "us_itin",
    "UK_NHS": "uk_nhs",
    "MEDICAL_LICENSE": "medical_licence",
    "US_DRIVER_LICENSE": "driving_licence",
    "US_BANK_NUMBER": "bank_account",
}
"""What Presidio calls what it finds, and what we call it; other kinds (dates, places, people) are left alone."""

_lock = threading.Lock()


class PresidioRecognizer(Component[PresidioOptions]):
    """Asks Presidio, on a pipeline without a model: nothing is downloaded, and people's names are not found.

    What it looks for in texts of other languages than English, the built-in patterns find. Importing Presidio takes
    seconds, so that is put off until the first text.
    """

    def __init__(self, options: PresidioOptions, context: Context) -> None:
        super().__init__(options, context)
        self._builtin = PiiRecognizer(PiiOptions(least=options.least), context) if options.with_builtin else None

    def warm(self) -> None:
        """Import Presidio now, and not at the first text."""
        _analyzer()

    def find(self, text: str, language: str = "") -> Sequence[Recognized]:
        """Return what it finds, in text order; where both find something in one place, the built-in one counts."""
        found = list(self._builtin.find(text, language)) if self._builtin is not None else []
        if language.casefold().partition("-")[0] in ("", "en"):
            # A little less sure than any built-in one, so that those come first.
            found += [replace(one, score=one.score - 1) for one in self._asked(text)]
        kinds = self.options.kinds
        return [
            one if one.score > 0 else replace(one, score=one.score + 1)
            for one in without_overlaps(found)
            if not kinds or one.kind in kinds
        ]

    def _asked(self, text: str) -> list[Recognized]:
        found: list[Recognized] = []
        for start in range(0, len(text), LONGEST):
            part = text[start : start + LONGEST].encode("utf-8", "replace").decode("utf-8")  # lone surrogates
            with _lock:  # spaCy's vocabulary grows with what it sees
                results = _analyzer().analyze(part, "en", entities=list(KINDS), score_threshold=LEAST)
            found += [
                Recognized(KINDS[one.entity_type], start + one.start, start + one.end, one.score)
                for one in results
                if one.score >= self.options.least
            ]
        return found


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    """Return Presidio's engine with its pattern recognisers for English on spaCy's empty pipeline."""
    try:
        import spacy
        import tldextract
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
        from presidio_analyzer.nlp_engine import SpacyNlpEngine
        from presidio_analyzer.predefined_recognizers import EmailRecognizer
    except ModuleNotFoundError as error:
        raise PluginError(
            f"the recognizer `presidio` needs the package {error.name!r}, which is not installed. "
            "Run: pip install 'dialog-core[pii]'"
        ) from error
    domains = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list it comes with: nothing is fetched
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)  # it warns of every recogniser for other languages

    class BlankEngine(SpacyNlpEngine):
        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
            self.nlp: Any = {"en": spacy.blank("en")}

    class OfflineEmails(EmailRecognizer):
        def validate_result(self, pattern_text: str) -> bool:
            return bool(domains(pattern_text).suffix)

    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    registry.remove_recognizer("EmailRecognizer")
    registry.add_recognizer(OfflineEmails())
    return AnalyzerEngine(registry=registry, nlp_engine=BlankEngine(), supported_languages=["en"])
