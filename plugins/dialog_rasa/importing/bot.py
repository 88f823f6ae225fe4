"""The bot file of an imported project."""

import re
from collections.abc import Mapping
from typing import Any, Final

from dialog_rasa.dialogue.values import NOWHERE
from dialog_rasa.importing.entities import EntityParts
from dialog_rasa.importing.examples import Examples
from dialog_rasa.importing.ledger import Ledger
from dialog_rasa.importing.pipeline import Settings
from dialog_rasa.importing.yaml_text import Inline, Noted, yaml_text
from dialog_rasa.options import StoriesOptions

FALLBACKS: Final[Mapping[str, str]] = {
    "de": "Das habe ich leider nicht verstanden. Können Sie es anders sagen?",
    "en": "Sorry, I did not understand that. Could you say it differently?",
    "es": "Perdón, no lo he entendido. ¿Puede decirlo de otra manera?",
    "fr": "Désolé, je n'ai pas compris. Pouvez-vous le dire autrement ?",
    "it": "Mi dispiace, non ho capito. Può dirlo in un altro modo?",
    "nl": "Sorry, dat heb ik niet begrepen. Kunt u het anders zeggen?",
    "pt": "Desculpe, não entendi. Pode dizer de outra forma?",
    "ru": "Извините, я не понял. Скажите, пожалуйста, иначе.",
    "zh": "抱歉，我没有听懂。您能换一种说法吗？",
}
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_FOREVER = "36500d"
_HEAD = """{name}: a bot that goes by stories and rules, brought over from a Rasa project.
What became of each part of it, and where it stood, says import-report.md.

  dialog-core train bot.yaml         learn from nlu/ and dialogue/; only what has changed is learnt again
  dialog-core chat bot.yaml          talk to it; /explain shows why it says what it says"""


def bot_text(
    name: str,
    examples: Examples,
    entities: EntityParts,
    settings: Settings,
    ledger: Ledger,
    *,
    plugin: str = "",
    has_tests: bool = False,
) -> str:
    """Return the text of `bot.yaml`.

    Args:
        name: What the bot is called.
        examples: What it learns intents from.
        entities: How it finds entities.
        settings: What its configuration decides.
        ledger: Told of what is not the same.
        plugin: The entry point of the package with its custom actions; empty: there is none.
        has_tests: Whether there are tests.
    """
    project = ledger.project
    language = _language(project.configuration.language, ledger)
    selectors = _selectors(examples, ledger)
    sections: dict[str, Any] = {
        "version": 1,
        "bot": Inline(
            {"name": name, "language": language, "session_expiry": _expiry(project.dialogue.session.minutes)}
        ),
    }
    annotators = _annotators(examples, entities, selectors)
    if annotators:
        sections["annotators"] = annotators
    sections["policies"] = [_policy(selectors, settings, ledger)]
    training = _training(examples, entities, selectors, settings, ledger)
    if training:
        sections["training"] = training
    sections["fallback"] = _fallback(language, ledger)
    if plugin:
        above = (
            "Custom actions run in the bot itself once their package is installed: pip install -e ./actions",
            f"plugins: [{plugin}]",
        )
        sections["annotators" if annotators else "policies"] = Noted(
            sections["annotators" if annotators else "policies"], above
        )
    head = _HEAD.format(name=name)
    if has_tests:
        head += "\n  dialog-core test bot.yaml tests/   hold the conversations in tests/ with it"
    return _spaced(yaml_text(sections, head), plugin)


def _spaced(text: str, plugin: str) -> str:
    """Return the file with its version and its bot together, and a blank line after the plugin it may name."""
    text = text.replace("version: 1\n\nbot:", "version: 1\nbot:", 1)
    return text.replace(f"# plugins: [{plugin}]\n", f"# plugins: [{plugin}]\n\n", 1) if plugin else text


def _language(tag: str, ledger: Ledger) -> str:
    tag = tag.replace("_", "-")
    if _TAG.fullmatch(tag):
        ledger.exact("language", tag, ledger.project.configuration.place)
        return tag
    message = f"{tag!r} is no language: the bot speaks English"
    ledger.note("approximated", "language", message, ledger.project.configuration.place, "Write `language: en` or so.")
    return "en"


def _expiry(minutes: float) -> str:
    if minutes <= 0:
        return _FOREVER
    seconds = round(minutes * 60)
    for unit, length in (("h", 3600), ("m", 60)):
        if seconds and seconds % length == 0 and (unit == "m" or seconds > length):
            return f"{seconds // length}{unit}"
    return f"{max(seconds, 1)}s"


def _selectors(examples: Examples, ledger: Ledger) -> list[str]:
    """Return the intents with several answers of which a choice can be learnt."""
    selectors = []
    first = {one.intent.partition("/")[0]: one.place for one in reversed(ledger.project.understanding.intents)}
    for intent, answers in examples.retrieval.items():
        use = ledger.project.dialogue.intents.get(intent)
        place = use.place if use is not None and use.place.file is not None else first.get(intent, NOWHERE)
        if len(answers) > 1:
            selectors.append(intent)
            message = f"{intent}: {len(answers)} answers, chosen by the annotator `{intent}`"
            ledger.exact("retrieval intent", message, place)
        else:
            message = f"{intent!r} has one answer only: nothing is chosen"
            ledger.note("exact", "retrieval intent", message, place)
    return selectors


def _annotators(examples: Examples, entities: EntityParts, selectors: list[str]) -> list[Any]:
    written: list[Any] = []
    if examples.can_be_learnt:
        written.append(Noted(Inline({"use": "intents"}), beside="what is wanted"))
    for intent in selectors:
        entry = {"use": "classifier", "name": intent}
        written.append(Noted(Inline(entry), beside=f"which question of `{intent}` it is"))
    if entry := entities.written():
        written.append(Inline(entry) if len(entry) < 3 and "entities" not in entry else entry)
    return written


def _policy(selectors: list[str], settings: Settings, ledger: Ledger) -> dict[str, Any]:
    written: dict[str, Any] = {"name": "stories", "use": "stories", "path": "dialogue"}
    if ledger.project.dialogue.responses:
        written["responses"] = "responses.yaml"
    if selectors:
        written["selectors"] = Inline({intent: intent for intent in selectors})
    fields = StoriesOptions.model_fields
    largest = 30
    history = settings.max_history
    if history is not None and history > largest:
        message = f"max_history {history} is more than {largest}, which is the most here"
        ledger.note("approximated", "max_history", message, ledger.project.configuration.place)
        history = largest
    if history is not None and history != fields["max_history"].default:
        written["max_history"] = history
    for key, value in (
        ("threshold", settings.threshold),
        ("ambiguity", settings.ambiguity),
        ("core_threshold", settings.core_threshold),
    ):
        if value is not None and value != fields[key].default:
            written[key] = _share(key, value, ledger)
    if settings.fallback:
        written["fallback"] = settings.fallback
    for key, noted in settings.comments.items():
        if key in written:
            written[key] = Noted(written[key], noted.above, noted.beside)
    if settings.threshold is None:
        default = fields["threshold"].default
        message = f"none is written: intents under {default} count as `nlu_fallback`, where Rasa takes the likeliest"
        remedy = "`threshold: 0` on the policy `stories` takes what is likeliest, however unlikely."
        ledger.note("approximated", "FallbackClassifier", message, ledger.project.configuration.place, remedy)
    if ledger.project.configuration.action_server:
        note = "runs the custom actions; start it beside the bot"
        written["action_server"] = Noted(ledger.project.configuration.action_server, beside=note)
    return written


def _share(key: str, value: float, ledger: Ledger) -> float:
    if 0 <= value <= 1:
        return int(value) if value == int(value) else value
    ledger.note("approximated", key, f"{value:g} is no share: the nearest is taken", ledger.project.configuration.place)
    return min(max(value, 0), 1)


def _training(
    examples: Examples, entities: EntityParts, selectors: list[str], settings: Settings, ledger: Ledger
) -> list[Any]:
    files = list(examples.files)
    data: Any = files[0] if len(files) == 1 else Inline(files)
    lax: dict[str, Any] = {"contradictions": "drop"} if examples.contradictory else {}
    if examples.lonely:
        lax["fewest"] = 1
    written: list[Any] = []
    if examples.can_be_learnt:
        level: dict[str, Any] = {"label_level": "first"} if examples.retrieval else {}
        if ledger.project.configuration.language.lower().partition("-")[0] in ("en", "zh"):
            level["everyday"] = True  # few of these bots have examples of what they are not for
        written.append({"component": "intents", "data": data, **level, **lax})
    elif examples.count:
        message = f"only {', '.join(map(repr, examples.labels))} has examples: nothing can be told apart"
        ledger.note(
            "left out", "intent examples", message, remedy="Write examples of another one; `training:` needs it."
        )
    written += [{"component": intent, "data": data, "label_level": "rest", **lax} for intent in selectors]
    if entities.trained:
        written.append({"component": "entities", "data": data})
    if settings.learns and ledger.project.dialogue.stories:
        written.append(Noted({"component": "stories"}, beside="what comes next where no story says so"))
    return [
        Noted(Inline(one.value), one.above, one.beside) if isinstance(one, Noted) else Inline(one) for one in written
    ]


def _fallback(language: str, ledger: Ledger) -> str:
    for variation in ledger.project.dialogue.responses.get("utter_default", ()):
        if variation.text.strip() and not variation.channel and not variation.conditions and "{{" not in variation.text:
            return variation.text
    return FALLBACKS.get(language.partition("-")[0].lower(), FALLBACKS["en"])
