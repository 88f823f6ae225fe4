"""Writes the chat a language model is given: the system's message, the history, the question with its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dialog_core import Context, Evidence, Turn
from dialog_core.annotations import entities_of, label_of
from dialog_core.configuration import ConfigurationError
from dialog_generative.grounding.evidence import told
from dialog_generative.memory.remembering import Recalled
from dialog_generative.options import GenerativeOptions
from dialog_generative.prompting.history import History, history_of
from dialog_generative.prompting.languages import language_name
from dialog_generative.prompting.prompt import Prompt
from dialog_generative.prompting.quoting import harmless, harmless_value, quoted_evidence
from dialog_generative.prompting.shortening import SHORTEST_QUESTION, cut_middle, shorten_longest

if TYPE_CHECKING:
    from dialog_generative.prompting.template import PromptTemplate

INTENTS, ENTITIES, PROFILE = "intents", "entities", "profile"  # annotators, as they are called unless named otherwise


class PromptWriter:
    """Writes prompts from the template the options name.

    Raises:
        ConfigurationError: The template cannot be used; every mistake in it is told.
    """

    def __init__(self, options: GenerativeOptions, context: Context) -> None:
        self._options = options
        self._context = context
        self._source = DEFAULT_SOURCE
        self._templates: dict[str, PromptTemplate] = {}
        if options.prompt is not None:
            from dialog_generative.prompting.mistakes import read_prompt

            context.files.add(options.prompt)
            self._source, problems = read_prompt(options.prompt, facts=context.facts)
            if problems:
                raise ConfigurationError(problems)

    def write(self, turn: Turn, evidence: tuple[Evidence, ...], recalled: Recalled) -> Prompt:
        """Return what the model is told in a turn.

        Raises:
            GenerationError: The template failed on what it was given.
        """
        history = history_of(turn, recalled.since)
        sheet = _Sheet(self._template(turn.language), self._facts(turn, history, recalled), history, evidence)
        return sheet.prompt([told(item) for item in evidence], history.question, ())

    def _template(self, language: str) -> "PromptTemplate":
        from dialog_generative.prompting.template import PromptTemplate, default_file

        default = default_file(language)
        if default not in self._templates:
            self._templates[default] = PromptTemplate(self._source, self._options.prompt, language)
        return self._templates[default]

    def _facts(self, turn: Turn, history: History, recalled: Recalled) -> Mapping[str, Any]:
        """Return what templates can use, without the evidence and the question; see `template.FACTS`."""
        annotations = harmless_value(turn.annotations)
        intent = label_of(annotations, INTENTS)
        profile = annotations.get(PROFILE)
        return {
            "annotations": annotations,
            "entities": {item["entity"]: item["value"] for item in reversed(entities_of(annotations, ENTITIES))},
            "grounded": bool(self._options.grounded_in),
            "intent": (intent and intent["label"]) or "",
            "language": turn.language,
            "language_name": language_name(turn.language),
            "now": turn.now,
            "opening": history.opening,
            "persona": self._options.persona,
            "profile": profile if isinstance(profile, Mapping) else {},
            "slots": harmless_value(turn.slots),
            "summary": harmless(recalled.summary),
            "tools": self._tools,
            "user": self._known(turn),
        }

    def _known(self, turn: Turn) -> Mapping[str, Any]:
        """Return what is known about the user, as far as the bot file declares it: a model is told nothing else."""
        declared = self._context.facts or {}
        facts = {name: value for name, value in turn.user.facts.items() if name in declared}
        known: Mapping[str, Any] = harmless_value(facts)
        return known

    @cached_property
    def _tools(self) -> list[Mapping[str, str]]:
        schemas = [self._context.action_schema(name) for name in self._options.tools]
        return [{"name": schema.name, "description": schema.description} for schema in schemas]


DEFAULT_SOURCE = '{% extends "default" %}'


@dataclass(frozen=True)
class _Sheet:
    """One prompt, which can be written anew with less in it."""

    template: "PromptTemplate"
    facts: Mapping[str, Any]
    history: History
    evidence: tuple[Evidence, ...]

    def prompt(self, texts: list[str], question: str, shortened: tuple[str, ...]) -> Prompt:
        """Write it with these texts of the evidence and this question."""
        from dialog_generative.prompting.template import LONGEST_OUTPUT, QUESTION, SYSTEM

        items = [
            _item(number, item, text) for number, (item, text) in enumerate(zip(self.evidence, texts, strict=True), 1)
        ]
        facts = {**self.facts, "evidence": items, "question": question}
        # A template may say each of these twice.
        longest = LONGEST_OUTPUT + 2 * (len(question) + sum(len(item["quoted"]) for item in items))

        def shorter(characters: int) -> Prompt | None:
            fewer = shorten_longest(texts, characters) if texts else texts
            saved = sum(map(len, texts)) - sum(map(len, fewer))
            still = max(characters - saved, 0)
            if saved * 4 >= characters:  # most of it: look whether it fits now before the question is touched
                return self.prompt(fewer, question, _with(shortened, "evidence"))
            briefer = cut_middle(question, max(len(question) - still, SHORTEST_QUESTION))
            if briefer == question and not saved:
                return None
            cut = _with(shortened, "evidence") if saved else shortened
            return self.prompt(fewer, briefer, cut if briefer == question else _with(cut, "question"))

        system = self.template.render(SYSTEM, facts, longest)
        written = self.template.render(QUESTION, facts, longest)
        return Prompt(system, self.history.turns, written, shorter, shortened)


def _item(number: int, evidence: Evidence, text: str) -> Mapping[str, Any]:
    title = evidence.metadata.get("title")
    title = title if isinstance(title, str) else ""
    return {
        "number": number,
        "text": harmless(text),
        "source": harmless(evidence.source),
        "title": harmless(title),
        "score": evidence.score,
        "quoted": quoted_evidence(number, text, evidence.source, "" if title in text else title),
    }


def _with(shortened: tuple[str, ...], what: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*shortened, what)))
