"""From the options for decoding to what `generate` of transformers is told."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from dialog_generative.local.model import LoadedModel
from dialog_generative.local.options import Decoding

if TYPE_CHECKING:
    from transformers import GenerationConfig

SAMPLING = frozenset({"sample"})
SEARCHING = frozenset({"beam", "diverse_beam"})


def searches(decoding: Decoding, count: int) -> bool:
    """Say whether several lines are followed, so that tokens do not come one by one.

    More than one completion without chance are the best lines of a beam search.
    """
    return decoding.strategy in SEARCHING or (decoding.strategy == "greedy" and count > 1)


def generation_config(decoding: Decoding, loaded: LoadedModel, count: int = 1) -> "GenerationConfig":
    """Return how transformers is to generate.

    Every field that changes what is generated is set: what the model's own `generation_config.json` says of it counts
    for nothing, so that the bot file alone decides. Stop strings are not part of it; see `stopping`.

    Args:
        decoding: The options.
        loaded: The model, for the tokens that end a completion and the one that pads.
        count: How many completions are wanted.
    """
    from transformers import GenerationConfig

    settings: dict[str, Any] = {
        "max_new_tokens": decoding.max_tokens,
        "min_new_tokens": min(decoding.min_tokens, decoding.max_tokens) or None,
        "repetition_penalty": decoding.repetition_penalty,
        "no_repeat_ngram_size": decoding.no_repeat_ngram,
        "eos_token_id": list(loaded.end_ids),
        "pad_token_id": loaded.pad_id,
        "do_sample": decoding.strategy in SAMPLING,
        "num_beams": 1,
        "num_return_sequences": count,
        "use_cache": True,
        "return_dict_in_generate": True,
    }
    if decoding.strategy in SAMPLING:
        settings |= {
            "temperature": decoding.temperature,
            "top_k": decoding.top_k,
            "top_p": decoding.top_p,
            "min_p": decoding.min_p or None,
            "typical_p": 1.0,
            "epsilon_cutoff": 0.0,
            "eta_cutoff": 0.0,
        }
    if searches(decoding, count):
        settings |= {"num_beams": lines(decoding, count), "length_penalty": decoding.length_penalty}
        settings |= {"early_stopping": False}
    return GenerationConfig(**settings)  # type: ignore[no-untyped-call]


def lines(decoding: Decoding, count: int) -> int:
    """Return how many lines a beam search follows: as many as the options say, and no fewer than are wanted."""
    if decoding.strategy != "diverse_beam":
        return max(decoding.beams, count)
    groups = decoding.beam_groups
    return -(-max(decoding.beams, count) // groups) * groups


def own_search(decoding: Decoding) -> Callable[..., Any] | None:
    """Return what `generate` is to call as `custom_generate`, where it does not know the strategy itself."""
    if decoding.strategy != "diverse_beam":
        return None
    from dialog_generative.local.decoding.diverse_beams import diverse_beam_search

    return partial(diverse_beam_search, groups=decoding.beam_groups, penalty=decoding.diversity_penalty)
