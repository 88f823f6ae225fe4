"""The guard `tone`: what is said to somebody who is angry has a word of regret, no cheer, and the offer of a person."""

import zlib
from collections.abc import Mapping

from dialog_core import Allow, Candidate, Component, Rewrite, Turn
from dialog_customer_service.options import ToneOptions

REGRETS = {
    "en": {
        "angry": (
            "I am sorry about the trouble you are having.",
            "I understand that this is upsetting, and I am sorry.",
        ),
        "frustrated": ("I am sorry that this is taking effort.", "Sorry about that."),
    },
    "zh": {
        "angry": ("真的很抱歉，给您添麻烦了。", "您的心情我完全理解，非常抱歉。"),
        "frustrated": ("不好意思，让您费心了。", "抱歉，让您久等了。"),
    },
}
REGRETTED = {"en": ("sorry", "apolog"), "zh": ("抱歉", "不好意思", "对不起", "理解您")}
OFFERS = {
    "en": "If you would rather talk to a person, say `colleague` and I will pass you on.",
    "zh": "您要是想直接找真人，回一句「转人工」就行。",
}
OFFERED = {"en": ("colleague", "a person"), "zh": ("转人工", "同事", "人工")}
CHEER = {"en": (("Done! ", "Done. "), ("Hello! ", "Hello. ")), "zh": (("！", "。"),)}


class Tone(Component[ToneOptions]):
    """Changes how things are said, never what: it adds sentences and takes away cheer."""

    def check_output(self, turn: Turn, candidate: Candidate) -> Allow | Rewrite:
        """Return the reply in the tone that the customer's mood asks for."""
        mood = turn.annotations.get(self.options.mood)
        label = mood.get("label") if isinstance(mood, Mapping) else None
        if not isinstance(mood, Mapping) or label not in ("angry", "frustrated") or not candidate.text.strip():
            return Allow()
        language = "zh" if turn.language.casefold().startswith("zh") else "en"
        text, lowered = candidate.text, candidate.text.casefold()
        if label == "angry":
            for cheerful, sober in CHEER[language]:
                text = text.replace(cheerful, sober)
        if not any(word in lowered for word in REGRETTED[language]):
            regrets = REGRETS[language][label]
            chosen = regrets[zlib.crc32(f"{turn.seed}".encode()) % len(regrets)]
            text = f"{chosen}{' ' if language == 'en' else ''}{text}"
        heat = mood.get("heat")
        heated = isinstance(heat, int) and heat >= self.options.offer_at
        if heated and not any(word in lowered for word in OFFERED[language]):
            text = f"{text}\n\n{OFFERS[language]}"
        return Rewrite(text) if text != candidate.text else Allow()
