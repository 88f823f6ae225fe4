"""What stands here in the place of the components of `config.yml`, and what they decide of a bot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dialog_rasa.importing.ledger import Ledger
from dialog_rasa.importing.yaml_text import Noted
from dialog_rasa.project.values import Configuration, Fate, Part

_DEFAULT_THRESHOLD: Final = 0.3  # of FallbackClassifier and of RulePolicy
_DEFAULT_AMBIGUITY: Final = 0.1
_DEFAULT_HISTORY: Final = 5

_WORDS = "words and pieces of words are what `intents` and `entities` learn from by themselves"
_STRONGER = (
    "`engine: encoder` on the annotator `intents` reads with a sentence encoder; try it if the light one falls short."
)
_VECTORS = "there are no word vectors here: words and their pieces are learnt from"
_INSTEAD: Final[Mapping[str, tuple[Fate, str, str]]] = {
    "WhitespaceTokenizer": ("approximated", "texts are cut into words by rules for each script", ""),
    "SpacyTokenizer": ("approximated", "texts are cut into words by rules for each script", ""),
    "ConveRTTokenizer": ("approximated", "texts are cut into words by rules for each script", ""),
    "LanguageModelTokenizer": ("approximated", "texts are cut into words by rules for each script", ""),
    "MitieTokenizer": ("approximated", "texts are cut into words by rules for each script", ""),
    "JiebaTokenizer": ("approximated", "Chinese is learnt by characters and pairs of them", ""),
    "CountVectorsFeaturizer": ("approximated", _WORDS, ""),
    "LexicalSyntacticFeaturizer": ("approximated", _WORDS, ""),
    "RegexFeaturizer": ("approximated", "expressions and lists find entities instead of being hints", ""),
    "SpacyFeaturizer": ("approximated", _VECTORS, _STRONGER),
    "MitieFeaturizer": ("approximated", _VECTORS, _STRONGER),
    "ConveRTFeaturizer": ("approximated", _VECTORS, _STRONGER),
    "LanguageModelFeaturizer": ("approximated", _VECTORS, _STRONGER),
    "SpacyNLP": ("left out", "nothing here needs a language model of spaCy", ""),
    "MitieNLP": ("left out", "nothing here needs a language model of MITIE", ""),
    "DIETClassifier": ("approximated", "the annotators `intents` and `entities` learn from the same examples", ""),
    "LogisticRegressionClassifier": ("approximated", "the annotator `intents` learns from the same examples", ""),
    "SklearnIntentClassifier": ("approximated", "the annotator `intents` learns from the same examples", ""),
    "MitieIntentClassifier": ("approximated", "the annotator `intents` learns from the same examples", ""),
    "KeywordIntentClassifier": ("approximated", "the annotator `intents` learns from the same examples", ""),
    "CRFEntityExtractor": ("approximated", "the annotator `entities` learns from the same marks", ""),
    "MitieEntityExtractor": ("approximated", "the annotator `entities` learns from the same marks", ""),
    "RegexEntityExtractor": ("exact", "expressions and lists are values of the annotator `entities`", ""),
    "EntitySynonymMapper": ("exact", "`synonyms` in dialogue/domain.yaml", ""),
    "ResponseSelector": ("approximated", "an annotator for each intent with several answers says which", ""),
    "MemoizationPolicy": ("exact", "the policy `stories` knows its stories by heart", ""),
    "AugmentedMemoizationPolicy": (
        "exact",
        "the policy `stories` knows its stories, and forgets what is long past",
        "",
    ),
    "RulePolicy": ("exact", "the policy `stories` follows its rules", ""),
    "TEDPolicy": ("approximated", "a small learned model predicts where no rule and no story does", ""),
    "UnexpecTEDIntentPolicy": (
        "left out",
        "nothing says that an intent was not to be expected",
        "`dialog-core replay` shows conversations a changed bot answers differently.",
    ),
    "FormPolicy": (
        "left out",
        "forms are begun and ended by rules, as since Rasa 2",
        "Write a rule that begins each form, and one for what comes when it ends.",
    ),
    "MappingPolicy": ("left out", "`triggers` of intents are not read", "Write a rule for each of them."),
    "FallbackPolicy": (
        "left out",
        "its thresholds are not taken over",
        "Give the policy `stories` a `threshold` and a `core_threshold`.",
    ),
    "TwoStageFallbackPolicy": (
        "left out",
        "nobody is asked what was meant",
        "Write a rule for the intent `nlu_fallback` with `action_two_stage_fallback`, and its `active_loop`.",
    ),
    "EnsemblePolicy": ("left out", "rules go before stories, and these before what is learned", ""),
}
_READ: Final[Mapping[str, tuple[str, ...]]] = {
    "DIETClassifier": ("entity_recognition",),
    "ResponseSelector": ("retrieval_intent",),
    "MemoizationPolicy": ("max_history", "priority"),
    "AugmentedMemoizationPolicy": ("max_history", "priority"),
    "TEDPolicy": ("max_history", "priority"),
    "RulePolicy": ("core_fallback_threshold", "core_fallback_action_name", "enable_fallback_prediction", "priority"),
}
"""Options that decide something here, too, or nothing at all: who goes first is settled."""
_ENDPOINTS: Final[Mapping[str, tuple[str, str]]] = {
    "tracker_store": ("conversations are kept where `store:` says", "`store: {use: sqlite, path: conversations.db}`"),
    "event_broker": (
        "observers are told of every turn",
        "`observers:` in bot.yaml; see the how-to on observing turns.",
    ),
    "lock_store": ("a conversation is locked in its process, and its store refuses what comes second", ""),
    "nlg": ("what is said comes from responses.yaml", "Write the texts there."),
    "model": ("models lie in `models/` beside bot.yaml", "Copy that folder to where the bot runs."),
    "models": ("models lie in `models/` beside bot.yaml", "Copy that folder to where the bot runs."),
}


@dataclass(slots=True)
class Settings:
    """What a configuration decides.

    Attributes:
        max_history: How many moments back stories are compared; None: it does not say.
        threshold: Below which probability an intent is not believed; None: it does not say.
        ambiguity: How far the likeliest must be ahead.
        core_threshold: Below which probability a predicted action is not taken; None: it does not say.
        fallback: The response where nothing is predicted; empty: the usual one.
        learns: Whether actions are predicted that no rule and no story has.
        extractors: The components that find entities, by name.
        comments: What was written beside these, by what it is called here.
    """

    max_history: int | None = None
    threshold: float | None = None
    ambiguity: float | None = None
    core_threshold: float | None = None
    fallback: str = ""
    learns: bool = False
    extractors: dict[str, Part] = field(default_factory=dict)
    comments: dict[str, Noted] = field(default_factory=dict)

    def keep_comments(self, part: Part, names: Mapping[str, str], ledger: Ledger) -> None:
        """Keep the comments at a part's options.

        Args:
            part: The part.
            names: What its options are called there, and here.
            ledger: Has the comments.
        """
        for name, value in ledger.keys(dict.fromkeys(names), part.place).items():
            if isinstance(value, Noted):
                self.comments[names[name]] = value


def read_settings(configuration: Configuration, ledger: Ledger) -> Settings:
    """Return what the configuration decides, and note what becomes of each part of it."""
    found = Settings()
    for part in configuration.pipeline:
        _component(part, found, ledger)
    if not configuration.pipeline:
        found.threshold, found.ambiguity = _DEFAULT_THRESHOLD, _DEFAULT_AMBIGUITY
        message = "none is written: what Rasa takes then is taken here, its FallbackClassifier included"
        ledger.note("approximated", "pipeline", message, configuration.place)
    for part in configuration.policies:
        _policy(part, found, ledger)
    if not configuration.policies:
        found.learns = True
        ledger.note(
            "approximated", "policies", "none is written: what Rasa takes then is taken here", configuration.place
        )
    _others(configuration, ledger)
    return found


def _component(part: Part, found: Settings, ledger: Ledger) -> None:
    name = part.name.rpartition(".")[2] if part.name.startswith("rasa.") else part.name
    if name == "FallbackClassifier":
        found.threshold = _number(part, "threshold", _DEFAULT_THRESHOLD)
        found.ambiguity = _number(part, "ambiguity_threshold", _DEFAULT_AMBIGUITY)
        found.keep_comments(part, {"threshold": "threshold", "ambiguity_threshold": "ambiguity"}, ledger)
        what = "`threshold` and `ambiguity` of the policy `stories`; probabilities are calibrated here"
        ledger.note("approximated", name, what, part.place, "Look whether the threshold suits: it means what it says.")
        return
    if name in ("DucklingEntityExtractor", "DucklingHTTPExtractor", "SpacyEntityExtractor"):
        found.extractors[name] = part  # what becomes of it depends on the entities
        return
    if name in ("RegexEntityExtractor", "DIETClassifier", "CRFEntityExtractor", "MitieEntityExtractor"):
        found.extractors[name] = part
    _tell(name, part, "component", ledger)


def _policy(part: Part, found: Settings, ledger: Ledger) -> None:
    name = part.name.rpartition(".")[2] if part.name.startswith("rasa.") else part.name
    if name == "TEDPolicy":
        found.learns = True
    if name in ("MemoizationPolicy", "AugmentedMemoizationPolicy", "TEDPolicy"):
        default = None if name == "TEDPolicy" else _DEFAULT_HISTORY
        history = part.options.get("max_history", default)
        found.keep_comments(part, {"max_history": "max_history"}, ledger)
        if isinstance(history, int) and history > 0:
            found.max_history = max(history, found.max_history or 0)
    if name == "RulePolicy":
        found.core_threshold = _number(part, "core_fallback_threshold", _DEFAULT_THRESHOLD)
        found.keep_comments(part, {"core_fallback_threshold": "core_threshold"}, ledger)
        action = part.options.get("core_fallback_action_name", "action_default_fallback")
        if part.options.get("enable_fallback_prediction", True) is False:
            found.core_threshold = 0.0
        elif isinstance(action, str) and action.startswith("utter_"):
            found.fallback = action
        elif action != "action_default_fallback":
            message = f"{action!r} is not run where nothing is predicted: the bot says `fallback` of bot.yaml"
            remedy = "Write a rule for `nlu_fallback` with this action, and `utter_default` for the rest."
            ledger.note("left out", "core_fallback_action_name", message, part.place, remedy)
    _tell(name, part, "policy", ledger)


def _tell(name: str, part: Part, kind: str, ledger: Ledger) -> None:
    if name in _INSTEAD:
        fate, what, remedy = _INSTEAD[name]
        if others := [f"`{option}`" for option in part.options if option not in _READ.get(name, ())]:
            what += f"; not taken over: {', '.join(others)}"
            fate = "approximated" if fate == "exact" else fate
        ledger.note(fate, name, what, part.place, remedy)
        return
    message = f"a {kind} of somebody's own, which nothing stands for here"
    what = "an annotator" if kind == "component" else "a policy"
    remedy = f"Write it as {what} in a plugin: see the how-to on publishing a plugin."
    ledger.note("left out", name, message, part.place, remedy)


def _others(configuration: Configuration, ledger: Ledger) -> None:
    if configuration.action_server:
        place = configuration.places.get("action_endpoint", configuration.place)
        ledger.exact("action_endpoint", "`action_server` of the policy `stories`", place)
    for part in configuration.other_endpoints:
        what, remedy = _ENDPOINTS.get(part.name, ("nothing here needs it", ""))
        ledger.note("left out", part.name, what, part.place, remedy)
    for channel in configuration.channels:
        place = configuration.places.get(channel, configuration.place)
        if channel == "rest":
            message = "there is no server here; `dialog_rasa.webhook` reads and writes the JSON of its clients"
            ledger.note("approximated", "channel rest", message, place)
        elif channel == "cmdline":
            ledger.note("approximated", "channel cmdline", "`dialog-core chat`", place)
        else:
            message = "there is no such channel here"
            remedy = (
                "Let a small server hand its messages to `Bot.areply`; what it says has buttons and images with it."
            )
            ledger.note("left out", f"channel {channel}", message, place, remedy)


def _number(part: Part, name: str, default: float) -> float:
    value = part.options.get(name, default)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default
