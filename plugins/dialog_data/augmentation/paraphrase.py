"""The same said otherwise, by a language model that a bot file configures."""

from collections.abc import Sequence
from functools import cached_property

import jinja2

from dialog_core import Bot, BotSpec, Component, Context, DialogError, read_bot_file
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.datasets import DataItem, KnowledgeEntry, LabelledText, texts_of, with_texts
from dialog_core.sandbox import Sandbox
from dialog_data.augmentation.options import ParaphraseOptions

GENERATIVE = "generative"
_QUOTES = ('""', "''", "“”", "‘’", "「」", "『』", "«»")


class ParaphraseAugmenter(Component[ParaphraseOptions]):
    """Has a policy of a bot put what users say in other words.

    A wording that loses a marked entity is not taken: nobody could say any longer where it is.
    """

    def __init__(self, options: ParaphraseOptions, context: Context) -> None:
        super().__init__(options, context)
        self._prompt = _template(options.prompt)

    def augment(self, item: DataItem, count: int) -> Sequence[DataItem]:
        """Return up to so many wordings.

        Raises:
            DialogError: The policy failed.
        """
        found: list[DataItem] = []
        for number in range(1, count + 1):
            variant = self._varied(item, number)
            if variant is not None and variant != item and variant not in found:
                found.append(variant)
        return found

    def close(self) -> None:
        """Let go of the bot, if it was needed."""
        if "_bot" in self.__dict__:
            self._bot.close()

    def _varied(self, item: DataItem, number: int) -> DataItem | None:
        texts = texts_of(item)
        if isinstance(item, LabelledText):
            varied = with_texts(item, [self._put(item.text, number, item.label)])
            assert isinstance(varied, LabelledText)
            return varied if len(varied.entities) == len(item.entities) else None
        if isinstance(item, KnowledgeEntry):
            if item.passage:
                return None
            return with_texts(item, [*(self._put(question, number) for question in texts[:-1]), texts[-1]])
        said = [self._put(turn.text, number) if turn.role == "user" else turn.text for turn in item.turns]
        return with_texts(item, said)

    def _put(self, text: str, number: int, label: str = "") -> str:
        """Return another wording of a text, or the text itself where the model has nothing to say."""
        if not text.strip():
            return text
        prompt = self._prompt.render(text=text, label=label, number=number)
        answer = self._bot.propose(prompt, self._policy, seconds=self.options.timeout)
        if answer.report.status not in ("ok", "nothing") and not answer.candidates:
            told = answer.report.error or answer.report.status
            raise DialogError(
                f"the policy {self._policy!r} of {self.options.bot} found no other words for {text[:60]!r}: {told}"
            )
        said = [candidate.text for candidate in answer.candidates if candidate.text.strip()]
        return _bare(said[0]) if said else text

    @cached_property
    def _spec(self) -> BotSpec:
        return read_bot_file(self.options.bot, training=False)

    @cached_property
    def _policy(self) -> str:
        kinds = {policy.name: policy.registration.category for policy in self._spec.policies}
        models = [name for name, kind in kinds.items() if kind == GENERATIVE]
        if self.options.policy in kinds:
            return self.options.policy
        if self.options.policy:
            message, remedy = f"there is no policy {self.options.policy!r}", did_you_mean(self.options.policy, kinds)
        elif len(models) == 1:
            return models[0]
        else:
            what = f"{len(models)} of its policies are language models" if models else "none of its policies is one"
            message = f"it is not clear which language model is to find other words: {what}"
            remedy = "Name a policy with the option `policy`."
        raise ConfigurationError([Problem(message, self.options.bot, remedy=remedy)])

    @cached_property
    def _bot(self) -> Bot:
        return Bot.load(self.options.bot, store=self.context.create("store", "memory"))


def _template(prompt: str) -> jinja2.Template:
    try:
        return Sandbox(undefined=jinja2.StrictUndefined).from_string(prompt)
    except jinja2.TemplateError as error:
        raise ConfigurationError([Problem(f"the prompt of `paraphrase` is no template: {error}")]) from error


def _bare(said: str) -> str:
    """Return what a model said without the quotation marks that many put around it."""
    text = said.strip()
    for pair in _QUOTES:
        begin, end = pair[0], pair[1]
        if len(text) > 2 and text[0] == begin and text[-1] == end and begin not in text[1:-1] and end not in text[1:-1]:
            return text[1:-1].strip()
    return text
