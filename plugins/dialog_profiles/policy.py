"""The policy `profile`: shows what is known about users, forgets it, learns it, and asks whether it may be kept."""

import json
from collections.abc import Callable, Mapping, Sequence

from dialog_core import (
    BotSaid,
    Candidate,
    Component,
    ConsentGiven,
    Context,
    Event,
    FactLearned,
    JsonValue,
    SessionStarted,
    Turn,
)
from dialog_core.configuration import ConfigurationError
from dialog_core.wording import spoken_of, worded
from dialog_profiles.options import ProfileOptions
from dialog_profiles.patterns import LONGEST, Phrases, check, plain, tellers
from dialog_profiles.words import (
    ALLOW,
    COLON,
    FORGET,
    FORGET_FACT,
    LABELS,
    LISTED,
    MESSAGES,
    NO,
    REFUSE,
    REMEMBER,
    SHOW,
    YES,
)

SURE, LIKELY, BESIDE = 1.0, 0.85, 0.1  # scores; the last is that of what is only there to be appended
LOOKED_BACK = 1_000  # events of a session in which to look whether the user was asked
SHOWN = 200  # characters of a fact


class ProfilePolicy(Component[ProfileOptions]):
    """Proposes answers to what users say about what is known about them.

    It never sees more than the turn does: facts of this user alone. What it learns is kept as `profiles:` says.
    """

    inline = True

    def __init__(self, options: ProfileOptions, context: Context) -> None:
        super().__init__(options, context)
        problems = list(check(options, context))
        if problems:
            raise ConfigurationError(problems)
        self._tellers = tellers(options, context.facts)
        self._messages = {name: options.messages.get(name, words) for name, words in MESSAGES.items()}  # type: ignore[call-overload]
        self._asking = tuple(_opening(words) for words in _all(self._messages["ask"]))
        self._ways: tuple[tuple[Phrases, Callable[..., Candidate | None]], ...] = (
            (Phrases(SHOW), self._show),
            (Phrases(FORGET), self._forget),
            (Phrases(REFUSE), self._refuse),
            (Phrases(ALLOW), self._allow),
            (Phrases(FORGET_FACT), self._forget_fact),
        )
        self._yes, self._no, self._remember = Phrases(YES), Phrases(NO), Phrases(REMEMBER)

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        """Return an answer, or a question that can wait until somebody else has answered."""
        text = plain(turn.text) if len(turn.text) <= LONGEST else ""
        answer = self._answer(turn, text) if text else None
        if answer is not None:
            return [answer]
        asking = self._ask_beside(turn)
        return [asking] if asking is not None else []

    def _answer(self, turn: Turn, text: str) -> Candidate | None:
        if self._has_just_asked(turn):
            if self._yes.match(text):
                return self._allow(turn)
            if self._no.match(text):
                return self._refuse(turn)
        for phrases, way in self._ways:
            found = phrases.match(text)
            if found is not None and (answer := way(turn, **found.groupdict())) is not None:
                return answer
        return self._learn(turn, text)

    # --- Answers ------------------------------------------------------------------------------------------------------

    def _show(self, turn: Turn) -> Candidate:
        facts = turn.user.facts
        if not facts:
            return Candidate(self._say(turn, "nothing_known"), SURE)
        colon = worded(COLON, turn.language)
        lines = [f"- {self._label(name, turn.language)}{colon}{_shown(value)}" for name, value in facts.items()]
        how_long = self._say(turn, "known_kept" if turn.user.consent else "known_session")
        return Candidate("\n".join((self._say(turn, "known"), "", *lines, "", how_long)), SURE)

    def _forget(self, turn: Turn) -> Candidate:
        return Candidate(self._say(turn, "forgotten"), SURE, effects=(ConsentGiven(given=False, at=turn.now),))

    def _forget_fact(self, turn: Turn, label: str) -> Candidate | None:
        name = self._fact_called(label, turn)
        if name is None:
            return None
        told = "forgotten_fact" if name in turn.user.facts else "not_known"
        text = self._say(turn, told, label=self._label(name, turn.language))
        return Candidate(text, SURE, effects=(FactLearned(name, None),))

    def _allow(self, turn: Turn) -> Candidate:
        if turn.user.consent:
            return Candidate(self._say(turn, "agreed_before"), SURE)
        return Candidate(self._say(turn, "agreed"), SURE, effects=(ConsentGiven(given=True, at=turn.now),))

    def _refuse(self, turn: Turn) -> Candidate:
        return Candidate(self._say(turn, "refused"), SURE, effects=(ConsentGiven(given=False, at=turn.now),))

    def _learn(self, turn: Turn, text: str) -> Candidate | None:
        learned = {teller.fact: value for teller in self._tellers if (value := teller.value(text)) is not None}
        if not learned:
            return self._say_what_can_be_remembered(turn, text)
        spoken = spoken_of(self.context.languages, learned["language"]) if "language" in learned else None
        language = spoken or turn.language
        parts = []
        for name, value in learned.items():
            if name == "language" and spoken:
                parts.append(self._say(turn, "answers_in", language=language))
            else:
                label = self._label(name, language)
                parts.append(self._say(turn, "learned", language=language, label=label, value=value))
        effects: tuple[Event, ...] = tuple(FactLearned(name, value) for name, value in learned.items())
        if self._may_ask(turn, learned):
            question = self._question(turn, {**turn.user.facts, **learned}, language)
            return Candidate(
                f"{' '.join(parts)}\n\n{question}", SURE, effects=effects, quick_replies=self._offers(turn)
            )
        return Candidate(" ".join(parts), SURE, effects=effects)

    def _say_what_can_be_remembered(self, turn: Turn, text: str) -> Candidate | None:
        if self.context.facts is None or not self._tellers or self._remember.match(text) is None:
            return None
        labels = self._listed([teller.fact for teller in self._tellers], turn.language)
        return Candidate(self._say(turn, "only_these", labels=labels), LIKELY)

    # --- Consent ------------------------------------------------------------------------------------------------------

    def _ask_beside(self, turn: Turn) -> Candidate | None:
        """Return the question for consent, to be appended to somebody else's answer."""
        if turn.conversation.active_flow is not None or not self._may_ask(
            turn, turn.conversation.learned.get(turn.user.id, {})
        ):
            return None
        question = self._question(turn, turn.user.facts, turn.language)
        return Candidate(question, BESIDE, aside=question, quick_replies=self._offers(turn))

    def _may_ask(self, turn: Turn, learned: Mapping[str, object]) -> bool:
        return self.options.ask and not turn.user.unasked.isdisjoint(learned) and not self._has_asked(turn)

    def _question(self, turn: Turn, facts: Mapping[str, JsonValue], language: str) -> str:
        names = [name for name in facts if name in turn.user.unasked]
        return self._say(turn, "ask", language=language, labels=self._listed(names, language))

    def _offers(self, turn: Turn) -> tuple[str, str]:
        return self._say(turn, "yes"), self._say(turn, "no")

    def _has_asked(self, turn: Turn) -> bool:
        """Whether the user was asked in this session; who does not answer is not asked again."""
        events = turn.conversation.events
        for event in reversed(events[max(0, len(events) - LOOKED_BACK) :]):
            if isinstance(event, SessionStarted):
                return False
            if isinstance(event, BotSaid) and self._is_question(event):
                return True
        return False

    def _has_just_asked(self, turn: Turn) -> bool:
        last = turn.conversation.last_bot_message
        return last is not None and self._is_question(last) and turn.conversation.active_flow is None

    def _is_question(self, said: BotSaid) -> bool:
        return said.policy == (self.context.name or "profile") and any(opening in said.text for opening in self._asking)

    # --- Words --------------------------------------------------------------------------------------------------------

    def _say(self, turn: Turn, message: str, *, language: str | None = None, **values: str) -> str:
        text = worded(self._messages[message], language or turn.language)
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def _label(self, name: str, language: str) -> str:
        words = self.options.labels.get(name) or LABELS.get(name)
        return worded(words, language) if words else name.replace("_", " ")

    def _listed(self, names: Sequence[str], language: str) -> str:
        return worded(LISTED, language).join(self._label(name, language) for name in names)

    def _fact_called(self, label: str, turn: Turn) -> str | None:
        """Return which fact `my name` is."""
        wanted = _bare(label)
        names: Sequence[str] = list(dict.fromkeys((*turn.user.facts, *(self.context.facts or ()), *LABELS)))
        for name in names:
            words = self.options.labels.get(name) or LABELS.get(name) or name
            if wanted in {_bare(name.replace("_", " ")), *(_bare(one) for one in _all(words))}:
                return name
        return None


def _all(words: str | Mapping[str, str]) -> Sequence[str]:
    return [words] if isinstance(words, str) else [*words.values()]


def _opening(words: str) -> str:
    """Return what a question begins with, whatever it is about."""
    return words.partition("{")[0].strip() or words


def _bare(label: str) -> str:
    bare: str = label.casefold().strip()
    for prefix in ("your ", "my ", "our ", "你的", "我的", "你", "我"):
        bare = bare.removeprefix(prefix)
    return bare.removeprefix("使用的")


def _shown(value: JsonValue) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
