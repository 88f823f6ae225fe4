"""From a chat to the token ids a model reads, in the form it was made for.

| form | for | what it looks like |
|---|---|---|
| template | models with a chat template | what the template writes |
| joined | DialoGPT; BlenderBot | what was said, with an end of text, or two blanks, between |
| lines | everything else | `System:`, `User:`, `Assistant:`, each on a line of its own |

Models that are fed joined messages were never told what to do: the system's message is left out for them. The evidence
is not, for it stands in the question.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from dialog_core import ActionSchema
from dialog_generative.chat import ChatMessage
from dialog_generative.errors import GenerationError
from dialog_generative.local.model import LoadedModel
from dialog_generative.local.options import TransformersOptions
from dialog_generative.local.text.defusing import MARK
from dialog_generative.local.text.reading import THOUGHT
from dialog_generative.local.text.templates import PROBE, ChatTemplate, with_system
from dialog_generative.local.text.tokenizing import ChatTokenizer, Ids
from dialog_generative.tools.writing import describe, write_call, write_result

# What speakers are called in `plain`, by language: system, user, assistant.
SPEAKERS = {
    "en": ("System", "User", "Assistant"),
    "zh": ("系统", "用户", "助手"),
    "de": ("System", "Nutzer", "Assistent"),
    "fr": ("Système", "Utilisateur", "Assistant"),
    "es": ("Sistema", "Usuario", "Asistente"),
}
INDENT = "  "  # before the further lines of a message in `plain`, so that none can be taken for another speaker's
TEMPLATE_OVERHEAD = 8  # tokens around a message, where it cannot be measured


@dataclass(frozen=True, slots=True)
class Rendered:
    """A chat as the model reads it.

    Attributes:
        ids: Its tokens.
        learn: To be told what the model replied: the text and the tokens it wrote. Rendered again, it is these.
        thinking: Whether it ends within a thought: models that always reason begin their replies with one.
    """

    ids: Ids
    learn: Callable[[str, Ids], None]
    thinking: bool = False


class Renderer(Protocol):
    """Renders chats in one form.

    Attributes:
        stop: Texts that end a reply in this form, besides those the options name.
    """

    stop: tuple[str, ...]

    def render(self, messages: Sequence[ChatMessage], tools: Sequence[ActionSchema], key: str) -> Rendered:
        """Return a chat as the model reads it, up to where its reply begins.

        Args:
            messages: The chat.
            tools: The actions the model may call.
            key: Whose chat it is.

        Raises:
            GenerationError: It cannot be rendered.
        """
        ...

    def reply(self, text: str) -> Ids:
        """Return a reply as the model would write it, with the token that ends it."""
        ...

    def size(self, message: ChatMessage) -> int:
        """Return how many tokens a message takes in a chat, about."""
        ...


def make_renderer(
    loaded: LoadedModel, tokenizer: ChatTokenizer, options: TransformersOptions, language: str
) -> Renderer:
    """Return what renders chats for a model.

    Args:
        loaded: The model.
        tokenizer: Its tokenizer.
        options: Which form is wanted.
        language: The bot's language, in which speakers are called in `plain`.

    Raises:
        GenerationError: The tokenizer has no template, and one is wanted.
    """
    wanted = options.template
    has_template = bool(getattr(loaded.tokenizer, "chat_template", None))
    kind = str(loaded.model.config.model_type)
    if wanted == "chat" and not has_template:
        raise GenerationError(
            f"{loaded.name}: `template: chat` needs a chat template, and the tokenizer has none. "
            "Set `template: auto` or `plain`, or put a chat_template.jinja beside the tokenizer."
        )
    if wanted == "auto":
        wanted = "chat" if has_template else "dialogpt" if kind.startswith(("gpt2", "blenderbot")) else "plain"
    if wanted == "chat":
        return TemplateRenderer(ChatTemplate(tokenizer.source, loaded.name), tokenizer, loaded)
    if wanted == "plain":
        return LineRenderer(tokenizer, loaded, language)
    between = {"blenderbot": "  ", "blenderbot-small": "\n"}.get(kind)
    return JoinedRenderer(tokenizer, loaded, between)


class TemplateRenderer:
    """Renders with the tokenizer's template."""

    stop: tuple[str, ...] = ()

    def __init__(self, template: ChatTemplate, tokenizer: ChatTokenizer, loaded: LoadedModel) -> None:
        self._template = template
        self._tokenizer = tokenizer
        self._after = tokenizer.after if loaded.encoder_decoder else ()
        self._end = self._found_end(loaded)
        self._overhead = self._measured()

    def render(self, messages: Sequence[ChatMessage], tools: Sequence[ActionSchema], key: str) -> Rendered:
        """Return a chat as the template writes it."""
        written = self._template.write(messages, tools, self._tokenizer.defuse)

        def learn(text: str, ids: Ids) -> None:
            self._tokenizer.learn(key, written, text, ids)

        ids = (*self._tokenizer.encode(written, key), *self._after)
        return Rendered(ids, learn, thinking=written.rstrip().endswith(THOUGHT[0]))

    def reply(self, text: str) -> Ids:
        """Return a reply as the model would write it, with what the template ends it with."""
        if self._after:
            return (*self._tokenizer.encode(self._tokenizer.defuse(text)), *self._end)
        return (*self._tokenizer.go_on(self._template.write([ChatMessage("user", "x")], ()), text), *self._end)

    def size(self, message: ChatMessage) -> int:
        """Return how many tokens a message takes, with what the template puts around it."""
        text = "\n".join((message.text, *map(write_call, message.calls)))
        return len(self._tokenizer.encode(self._tokenizer.defuse(text))) + self._overhead

    def _found_end(self, loaded: LoadedModel) -> Ids:
        """Return the token that ends what the assistant says: the first one there is behind it in a chat."""
        if self._after:
            return self._after
        said = [ChatMessage("user", "x"), ChatMessage("assistant", PROBE), ChatMessage("user", "x")]
        try:
            behind = self._template.write(said, ()).partition(PROBE)[2]
        except GenerationError:
            behind = ""
        ends = [token for token in self._tokenizer.encode(behind) if token in loaded.end_ids]
        return tuple(ends[:1]) or loaded.end_ids[:1]

    def _measured(self) -> int:
        said = [ChatMessage("user", "x"), ChatMessage("assistant", "x")]
        try:
            one, two = (self._tokenizer.encode(self._template.write(said * n, ())) for n in (1, 2))
        except GenerationError:
            return TEMPLATE_OVERHEAD
        return max(-(-(len(two) - len(one)) // 2) - len(self._tokenizer.encode("x")), 0)


class LineRenderer:
    """Renders line by line, each speaker by name."""

    def __init__(self, tokenizer: ChatTokenizer, loaded: LoadedModel, language: str) -> None:
        self._tokenizer = tokenizer
        self._after = tokenizer.after if loaded.encoder_decoder else ()
        system, user, assistant = SPEAKERS.get(language.partition("-")[0].lower(), SPEAKERS["en"])
        self._names = {"system": system, "user": user, "assistant": assistant, "tool": user}
        self.stop = tuple(f"\n{name}:" for name in dict.fromkeys((user, system, assistant)))
        self._ending = self._encoded("\n")

    def render(self, messages: Sequence[ChatMessage], tools: Sequence[ActionSchema], key: str) -> Rendered:
        """Return a chat as lines."""
        if tools:
            messages = with_system(messages, describe(tools))
        ids = list(self._tokenizer.before)
        for message in messages:
            ids += self._line(message, key)
        ids += self._opening("assistant")

        def learn(text: str, written: Ids) -> None:
            self._tokenizer.learn(_own(key), "", text, written)

        return Rendered((*ids, *self._after), learn)

    def reply(self, text: str) -> Ids:
        """Return a reply as the model would write it, with the end of its line."""
        if self._after:
            return (*self._encoded(self._tokenizer.defuse(text)), *self._after)
        return self._said(text)

    def size(self, message: ChatMessage) -> int:
        """Return how many tokens a message's lines take."""
        return len(self._line(message, ""))

    def _line(self, message: ChatMessage, key: str) -> list[int]:
        opening = self._opening(message.role)
        if message.role == "assistant" and not message.calls and message.text:
            # By themselves, for what the model wrote is to be recognised.
            text = self._tokenizer.defuse(message.text)
            written = self._tokenizer.recall(_own(key), text)
            if written:
                return [*opening, *written, *self._ending]
        text = message.text if message.role != "tool" else write_result(message.text)
        text = "\n".join(filter(None, (text, *map(write_call, message.calls))))
        return [*opening, *self._said(text)]

    def _said(self, text: str) -> Ids:
        text = self._tokenizer.defuse(text).replace("\n", f"\n{INDENT}")
        return self._encoded(f" {text}\n" if text else "\n")

    def _opening(self, role: str) -> Ids:
        return self._encoded(f"{self._names[role]}:")

    def _encoded(self, text: str) -> Ids:
        return self._tokenizer.encode(text)


class JoinedRenderer:
    """Renders what was said and nothing else: no names, no instructions."""

    stop: tuple[str, ...] = ()

    def __init__(self, tokenizer: ChatTokenizer, loaded: LoadedModel, between: str | None) -> None:
        self._tokenizer = tokenizer
        self._encoder_decoder = loaded.encoder_decoder
        # DialoGPT was trained on texts that end each message with the token that ends its replies.
        self._between = loaded.end_ids[:1] if between is None else tokenizer.encode(between)
        self._ends = between is None
        self._end = loaded.end_ids[:1]

    def render(self, messages: Sequence[ChatMessage], tools: Sequence[ActionSchema], key: str) -> Rendered:
        """Return what was said; actions cannot be told of, for the model knows no instructions."""
        said = [message for message in messages if message.role != "system"]
        ids: list[int] = [*self._tokenizer.before] if self._encoder_decoder else []
        for number, message in enumerate(said):
            text = self._tokenizer.defuse(message.text)
            own = self._tokenizer.recall(_own(key), text) if message.role == "assistant" else ()
            ids += own or self._tokenizer.encode(text)
            if self._ends or number < len(said) - 1:
                ids += self._between
        ids += self._tokenizer.after if self._encoder_decoder else ()

        def learn(text: str, written: Ids) -> None:
            self._tokenizer.learn(_own(key), "", text, written)

        return Rendered(tuple(ids), learn)

    def reply(self, text: str) -> Ids:
        """Return a reply as the model would write it, with the token that ends it."""
        return (*self._tokenizer.encode(self._tokenizer.defuse(text)), *(self._tokenizer.after or self._end))

    def size(self, message: ChatMessage) -> int:
        """Return how many tokens a message takes, and what stands behind it; the system's message takes none."""
        if message.role == "system":
            return 0
        return len(self._tokenizer.encode(self._tokenizer.defuse(message.text))) + len(self._between)


def _own(key: str) -> str:
    """Return under which name replies are remembered apart from pieces of the same text."""
    return f"{key}{MARK}"
