"""How likely replies are: the sum of what the model says of each token, whichever model and however many at once."""

import asyncio
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core.testing import make_context, make_turn
from dialog_generative.errors import GenerationError
from dialog_generative.local import likelihoods as module
from dialog_generative.local.likelihoods import Asked, likelihoods
from dialog_generative.local.model import LoadedModel
from dialog_generative.local.options import TransformersOptions
from dialog_generative.local.policy import TransformersPolicy
from tests.plugins.dialog_generative.local.running import NO_INSTRUCTIONS, load_model, renderer_of

pytestmark = pytest.mark.slow

NAMES = ("llama", "gpt2", "t5")


def by_hand(loaded: LoadedModel, chat: tuple[int, ...], reply: tuple[int, ...]) -> float:
    """Return the probability's logarithm, token by token."""
    import torch

    total = 0.0
    with torch.no_grad():
        for place, token in enumerate(reply):
            if loaded.encoder_decoder:
                before = [loaded.model.config.decoder_start_token_id, *reply[:place]]
                logits = loaded.model(torch.tensor([chat]), decoder_input_ids=torch.tensor([before])).logits
            else:
                logits = loaded.model(torch.tensor([[*chat, *reply[:place]]])).logits
            total += float(torch.log_softmax(logits[0, -1], -1)[token])
    return total


@pytest.mark.parametrize("name", NAMES)
def test_a_likelihood_is_the_sum_over_the_tokens_and_the_one_that_ends_the_reply(name: str, models: Path) -> None:
    policy = TransformersPolicy(TransformersOptions(model=models / name), make_context())
    turn = make_turn("Where is my order?")
    ready = policy.backend.ready()
    told = asyncio.run(policy.chat(turn))
    assert [message.role for message in told] == ["system", "user"]
    chat = renderer_of(ready.loaded).render(told, (), "c").ids
    reply = (*ready.loaded.tokenizer.encode("It is on its way.", add_special_tokens=False), ready.loaded.end_ids[0])
    found = policy.likelihoods([(turn, "It is on its way."), (turn, "No.")])[0]
    assert found.tokens == len(reply)
    assert found.log_probability == pytest.approx(by_hand(ready.loaded, chat, reply), abs=1e-3)


def test_what_a_model_has_learnt_is_likely_and_little_else_is(models: Path, tmp_path: Path) -> None:
    (tmp_path / "prompt.j2").write_text(NO_INSTRUCTIONS)
    options = TransformersOptions(model=models / "taught", prompt=tmp_path / "prompt.j2")
    policy = TransformersPolicy(options, make_context())
    turn = make_turn("Where is my order?")
    right, wrong = policy.likelihoods([(turn, "It is on its way."), (turn, "We are open from ten to four.")])
    assert right.log_probability > -1 > wrong.log_probability


def test_a_line_of_plain_is_ended_by_its_end(models: Path) -> None:
    loaded = load_model(models / "gpt2")
    assert loaded.tokenizer.decode(renderer_of(loaded, template="plain").reply("Hi\nyou")) == " Hi\n  you\n"


def test_likelihoods_are_computed_where_the_model_is_run(models: Path) -> None:
    # A model changes while it works (how far its positions reach, say): two threads would run into each other.
    policy = TransformersPolicy(TransformersOptions(model=models / "llama"), make_context())
    model, threads = policy.backend.ready().loaded.model, []
    model.register_forward_pre_hook(lambda *_: threads.append(threading.current_thread().name))
    policy.likelihoods([(make_turn("Hi"), "Hello")])
    assert len(threads) == 1
    assert threads[0].startswith("language model ")


async def test_likelihoods_can_be_asked_for_where_an_event_loop_runs(models: Path) -> None:
    policy = TransformersPolicy(TransformersOptions(model=models / "llama"), make_context())
    assert policy.likelihoods([(make_turn("Hi"), "Hello")])[0].log_probability < 0


_models: dict[str, LoadedModel] = {}


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_many_at_once_are_as_likely_as_one_by_one(name: str, data: st.DataObject, models: Path) -> None:
    loaded = _models.setdefault(name, load_model(models / name)) if name not in _models else _models[name]
    token = st.integers(5, 390)
    row = st.builds(
        Asked,
        st.lists(token, min_size=1, max_size=20).map(tuple),
        st.lists(token, min_size=1, max_size=12).map(tuple),
    )
    asked = data.draw(st.lists(row, min_size=1, max_size=9))
    together = likelihoods(loaded, asked)
    for item, found in zip(asked, together, strict=True):
        alone = likelihoods(loaded, [item])[0]
        assert found.tokens == alone.tokens == len(item.reply)
        assert found.log_probability == pytest.approx(alone.log_probability, abs=1e-3, rel=1e-4)


def test_long_ones_are_looked_at_in_smaller_batches(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load_model(models / "llama")
    asked = [Asked(tuple(range(10, 10 + n)), (50, 1)) for n in (100, 5, 60, 7, 90)]
    expected = likelihoods(loaded, asked)
    sizes: list[int] = []
    score = module._score
    monkeypatch.setattr(module, "_score", lambda loaded, batch: sizes.append(len(batch)) or score(loaded, batch))
    monkeypatch.setattr(module, "BATCH_TOKENS", 220)
    found = likelihoods(loaded, asked)
    assert sizes == [2, 3]
    for one, other in zip(found, expected, strict=True):
        assert one.log_probability == pytest.approx(other.log_probability, abs=1e-3)


def test_a_chat_that_is_too_long_is_not_cut_in_silence(models: Path) -> None:
    loaded = load_model(models / "llama", context_tokens=20)
    with pytest.raises(GenerationError, match="a chat and its reply have 32 tokens, and the model reads 20"):
        likelihoods(loaded, [Asked(tuple(range(30)), (1, 2))])
