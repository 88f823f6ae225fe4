"""The policy `transformers`."""

import asyncio
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, NoReturn

from dialog_core import ArtefactError, Context, Evidence, PluginError, Turn
from dialog_core.interfaces import Likelihood
from dialog_generative.local.backend import LocalBackend, Ready
from dialog_generative.local.model_files import VERSION, Wanted, opened
from dialog_generative.local.options import TransformersOptions
from dialog_generative.memory.remembering import Recalled
from dialog_generative.policy import GenerativePolicy
from dialog_generative.prompting.window import Fitted

if TYPE_CHECKING:
    from dialog_generative.local.likelihoods import Asked

PACKAGES = ("torch", "transformers")  # take seconds to import, and are imported when the model is first asked


class TransformersPolicy(GenerativePolicy[TransformersOptions]):
    """Answers with a language model that runs here: the trained one, or the one the options name.

    Raises:
        ArtefactError: The model is to be trained and is not; or the bot file neither names one nor trains one.
        PluginError: The packages that run models are not installed.
    """

    def __init__(self, options: TransformersOptions, context: Context) -> None:
        super().__init__(options, context)
        artefact = opened(context) if context.trained or options.model else _untrained(context)
        if missing := [package for package in PACKAGES if find_spec(package) is None]:
            raise PluginError(
                f"the policy {context.name!r} needs the package {missing[0]!r}, which is not installed. "
                "Run: pip install 'dialog-core[generative]'"
            )
        wanted = Wanted(options.model, options.revision, artefact, options.trust_remote_code)
        self._backend = LocalBackend(wanted, options, context.language)

    @property
    def backend(self) -> LocalBackend:
        """What runs the model; the model is read when it is first asked for."""
        return self._backend

    @property
    def reply_tokens(self) -> int:
        """How long a reply may be."""
        return self.options.decoding.max_tokens

    async def _write(self, turn: Turn, evidence: tuple[Evidence, ...], recalled: Recalled) -> Fitted:
        """Write what the model is told, which takes its tokenizer."""
        await self._backend.wait(turn.deadline)
        return await super()._write(turn, evidence, recalled)

    def warm(self) -> None:
        """Read the model now, unless it is there.

        Raises:
            GenerationError: It cannot be used.
        """
        self._backend.ready()

    def likelihoods(self, asked: Sequence[tuple[Turn, str]]) -> Sequence[Likelihood]:
        """Return how likely the model finds each reply in its turn, told just what it would be told to answer.

        Raises:
            GenerationError: The model cannot be used, or a chat is too long for it.
        """
        ready = self._backend.ready()
        from dialog_generative.local.likelihoods import likelihoods

        prepared = _in_a_loop(self, ready, asked)
        return likelihoods(ready.loaded, prepared, lambda score: ready.engine.call(score).result())

    async def prepare(self, ready: Ready, asked: Sequence[tuple[Turn, str]]) -> "list[Asked]":
        """Return chats and replies as tokens."""
        from dialog_generative.local.likelihoods import Asked

        tools = self._toolbox.schemas
        found = []
        for turn, reply in asked:
            messages = await self.chat(turn)
            rendered = ready.renderer.render(messages, tools, turn.conversation.id)
            found.append(Asked(rendered.ids, ready.renderer.reply(reply)))
        return found


def _untrained(context: Context) -> NoReturn:
    """Say that there is no model, and which ways there are to one."""
    try:
        context.artefact(VERSION)
    except ArtefactError as error:
        raise ArtefactError(
            f"{context.name} has no model: `model` names none, and none was trained",
            component=context.name,
            remedy=f"Name one with `model:`. Or have one trained: {error.remedy}",
            missing=error.missing,
        ) from error
    raise LookupError(f"{context.name} has a trained model, and the bot file does not say that it is trained")


def _in_a_loop(policy: TransformersPolicy, ready: Ready, asked: Sequence[tuple[Turn, str]]) -> "list[Asked]":
    """Prepare what is asked in a thread of its own: whoever asks may be in an event loop already."""
    found: list[list[Asked] | BaseException] = []

    def work() -> None:
        try:
            found.append(asyncio.run(policy.prepare(ready, asked)))
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=work, name="preparing likelihoods", daemon=True)
    thread.start()
    thread.join()
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]
