"""Diverse beam search (Vijayakumar et al. 2016): groups of beams that keep out of each other's way.

The groups choose one after the other. A token is worth less to a group by a penalty for each time the groups before it
have just chosen it. The penalty decides which tokens are chosen and nothing else: lines are compared by their
probability.

transformers no longer has this search. `generate` is given it as `custom_generate`, and does all that comes before it:
it encodes, and prepares what changes the logits and what says that a line is complete.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

NEVER = -1e9  # the score of what is not to be chosen


@dataclass(slots=True)
class _Group:
    """Some of the beams: their scores, and the lines that are complete, best first."""

    scores: "torch.Tensor"
    complete: list[tuple[float, "torch.Tensor"]] = field(default_factory=list)

    def add(self, score: float, ids: "torch.Tensor", most: int) -> None:
        self.complete = sorted([*self.complete, (score, ids)], key=lambda line: -line[0])[:most]


def diverse_beam_search(
    model: Any,
    input_ids: "torch.Tensor",
    *,
    logits_processor: Any,
    stopping_criteria: Any,
    generation_config: Any,
    groups: int,
    penalty: float,
    **model_kwargs: Any,
) -> Any:
    """Return the best lines of all groups, best first; called by `generate` for one chat.

    What several groups have found counts once; only where all groups together have found fewer lines than are wanted do
    some come again, behind the others.

    A group is done when as many of its lines are complete as it has beams.

    Args:
        model: The model.
        input_ids: The chat (of an encoder-decoder: the token its decoder begins with), once for each beam.
        logits_processor: What changes the scores of the next token.
        stopping_criteria: What says that a line is complete.
        generation_config: How many beams there are, how long lines are favoured, and how many are wanted.
        groups: How many groups the beams form.
        penalty: What each choice of an earlier group takes from a token's score.
        model_kwargs: What the model is given besides: its cache, the encoder's output.
    """
    import torch
    from transformers.generation.utils import GenerateBeamDecoderOnlyOutput

    size = generation_config.num_beams // groups
    begin, power = input_ids.shape[1], generation_config.length_penalty
    ids, step = input_ids, _Stepper(model, model_kwargs)
    first = torch.full((size,), NEVER, device=ids.device)
    first[0] = 0.0  # all beams are the same at first: only one of each group may go on
    state = [_Group(first.clone()) for _ in range(groups)]
    while True:
        scores = logits_processor(ids, torch.log_softmax(step.logits(ids).float(), dim=-1))
        chosen: list[torch.Tensor] = []  # the tokens of this step, by group
        avoided: list[torch.Tensor] = []  # those of groups that are not done
        parents: list[torch.Tensor] = []
        for number, group in enumerate(state):
            total = scores[number * size : (number + 1) * size] + group.scores[:, None]
            picked = _pick(total, avoided, penalty, 2 * size)
            rows, tokens = picked // total.shape[1] + number * size, picked % total.shape[1]
            lines = torch.cat([ids[rows], tokens[:, None]], dim=1)
            values = total.flatten()[picked]
            stopped = stopping_criteria(lines, None)
            if len(group.complete) < size:
                for place in range(size):  # the others are only there to go on in the place of those that are complete
                    if stopped[place] and values[place] > NEVER / 2:
                        value = float(values[place]) / (lines.shape[1] - begin) ** power
                        group.add(value, lines[place], size)
                avoided.append(tokens[:size])
            going = torch.argsort(stopped.long(), stable=True)[:size]
            group.scores = values[going] + stopped[going] * NEVER
            chosen.append(tokens[going])
            parents.append(rows[going])
        order = torch.cat(parents)
        ids = torch.cat([ids[order], torch.cat(chosen)[:, None]], dim=1)
        if all(len(group.complete) >= size or bool((group.scores < NEVER / 2).all()) for group in state):
            break
        step.reorder(order)
    found = sorted((line for group in state for line in group.complete), key=lambda line: -line[0])
    found = _distinct_first(found)[: generation_config.num_return_sequences]
    pad = generation_config.pad_token_id
    sequences = torch.nn.utils.rnn.pad_sequence([line for _, line in found], batch_first=True, padding_value=pad)
    if not generation_config.return_dict_in_generate:
        return sequences
    values = torch.tensor([score for score, _ in found], device=ids.device)
    return GenerateBeamDecoderOnlyOutput(sequences=sequences, sequences_scores=values)  # type: ignore[arg-type]


def _distinct_first(lines: "list[tuple[float, torch.Tensor]]") -> "list[tuple[float, torch.Tensor]]":
    """Put lines that stand further up already behind all others."""
    seen: set[tuple[int, ...]] = set()
    first: list[tuple[float, torch.Tensor]] = []
    again: list[tuple[float, torch.Tensor]] = []
    for score, line in lines:
        ids = tuple(line.tolist())
        (again if ids in seen else first).append((score, line))
        seen.add(ids)
    return first + again


def _pick(total: "torch.Tensor", avoided: "list[torch.Tensor]", penalty: float, count: int) -> "torch.Tensor":
    """Return the best continuations of a group's beams, once what earlier groups have chosen is worth less."""
    import torch

    penalised = total
    if avoided:
        times = torch.bincount(torch.cat(avoided), minlength=total.shape[1])
        penalised = total - penalty * times
    return torch.topk(penalised.flatten(), min(count, penalised.numel())).indices


class _Stepper:
    """Asks the model for the next token, token by token, and keeps its cache in order."""

    def __init__(self, model: Any, given: dict[str, Any]) -> None:
        self._model = model
        self._cache: Any = given.get("past_key_values")
        self._mask = given.get("attention_mask")
        self._encoded = given.get("encoder_outputs")

    def logits(self, ids: "torch.Tensor") -> "torch.Tensor":
        """Return the scores of the next token of each row."""
        import torch

        read = self._cache.get_seq_length() if self._cache is not None else 0
        if self._encoded is not None:
            asked: dict[str, Any] = {"decoder_input_ids": ids[:, read:], "encoder_outputs": self._encoded}
            asked["attention_mask"] = self._mask
        else:
            asked = {"input_ids": ids[:, read:], "attention_mask": torch.ones_like(ids)}
        if self._cache is not None:
            asked["past_key_values"] = self._cache
        output = self._model(**asked, use_cache=True, return_dict=True)
        self._cache = getattr(output, "past_key_values", None)  # none of models without attention: all is read anew
        logits: torch.Tensor = output.logits[:, -1, :]
        return logits

    def reorder(self, order: "torch.Tensor") -> None:
        """Let each row go on where its line came from."""
        if self._cache is not None:
            self._cache.reorder_cache(order)
