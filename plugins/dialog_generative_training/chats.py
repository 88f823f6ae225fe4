"""Dialogues as the token ids a model learns from, with those marked that are replies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dialog_core.datasets import Dialogue

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

IGNORED = -100  # torch's label for what is not to be learnt
BETWEEN = "\n\n"  # messages said in a row, as the policy puts them together
ROLES = {"user": "user", "bot": "assistant", "system": "system"}

Message = dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """An example.

    Attributes:
        ids: Its tokens.
        labels: The same, those that are not to be learnt left out.
    """

    ids: tuple[int, ...]
    labels: tuple[int, ...]

    def as_json(self) -> dict[str, list[int]]:
        """Return it as trainers take it."""
        return {"input_ids": list(self.ids), "labels": list(self.labels)}


def messages_of(dialogue: Dialogue) -> list[Message]:
    """Return a dialogue as messages of a chat; what the same speaker says in a row is one message."""
    messages: list[Message] = []
    for turn in dialogue.turns:
        role = ROLES[turn.role]
        if messages and messages[-1]["role"] == role:
            messages[-1]["content"] += f"{BETWEEN}{turn.text}"
        else:
            messages.append({"role": role, "content": turn.text})
    return messages


class ChatWriter:
    """Writes chats as a tokenizer's template has it, long ones in several parts that begin with whole messages.

    Each reply is learnt once, with as much of what came before it as fits. Nothing in a text becomes a control token.
    Messages are short enough already; see `shortening`.
    """

    def __init__(self, tokenizer: "PreTrainedTokenizerBase", max_length: int) -> None:
        self._tokenizer = tokenizer
        self._max_length = max_length
        self._control = [token for token in tokenizer.get_added_vocab() if token.strip()]
        template = str(tokenizer.chat_template)
        self._marks = "{% generation" in template.replace("{%-", "{%")
        self._overhead = len(self._render([{"role": "user", "content": ""}])) + 1

    def rows(self, messages: Sequence[Message], *, replies_only: bool) -> Iterator[Row]:
        """Yield the examples of a chat; one for most, several for a long one.

        Args:
            messages: The chat.
            replies_only: Whether only what the assistant says is learnt.
        """
        ids, replies = self._write(messages)
        system = list(messages[:1]) if messages[0]["role"] == "system" else []
        told = len(self._render(system)) if system else 0  # by the prompt, and not learnt
        if len(ids) <= self._max_length:
            yield _row(ids, replies, replies_only, told)
            return
        rest = messages[len(system) :]
        done = 0
        while done < len(rest):
            start, end = self._next(rest, done, told)
            part = [*system, *rest[start:end]]
            ids, replies = self._write(part)
            known = len(self._write([*system, *rest[start:done]])[0]) if done > start else told
            yield _row(ids[: self._max_length], replies[: self._max_length], replies_only, known)
            done = end

    def _next(self, messages: Sequence[Message], done: int, used: int) -> tuple[int, int]:
        """Return where the next part begins and ends: half of it may be what was learnt before."""
        sizes = [self._size(message) for message in messages]
        room = self._max_length - used
        start = done
        while start > 0 and sum(sizes[start - 1 : done]) <= room // 2:
            start -= 1
        end = done + 1
        while end < len(messages) and sum(sizes[start : end + 1]) <= room:
            end += 1
        # A message too long for what is left of the room: less of what came before it.
        while start < done and sum(sizes[start:end]) > room:
            start += 1
        return start, end

    def _size(self, message: Message) -> int:
        return len(self._tokenizer.encode(message["content"], add_special_tokens=False)) + self._overhead

    def _write(self, messages: Sequence[Message]) -> tuple[list[int], list[bool]]:
        """Return the tokens of a chat, and which of them the assistant says."""
        if self._marks and not any(token in message["content"] for message in messages for token in self._control):
            found: Any = self._tokenizer.apply_chat_template(
                list(messages), return_dict=True, return_assistant_tokens_mask=True
            )
            return found["input_ids"], [bool(mark) for mark in found["assistant_masks"]]
        ids = self._render(messages)
        replies = [False] * len(ids)
        for number, message in enumerate(messages):
            if message["role"] == "assistant":
                before = self._render(messages[:number], prompt=True) if number else self._render_empty()
                after = self._render(messages[: number + 1])
                begins = _common(before, ids)
                replies[begins : _common(after, ids)] = [True] * (max(_common(after, ids) - begins, 0))
        return ids, replies[: len(ids)]

    def _render(self, messages: Sequence[Message], *, prompt: bool = False) -> list[int]:
        found: Any = self._tokenizer.apply_chat_template(
            list(messages), return_dict=False, add_generation_prompt=prompt, sanitize_control_tokens=True
        )
        return list(found)

    def _render_empty(self) -> list[int]:
        asked = self._render([{"role": "user", "content": ""}])
        prompt = self._render([{"role": "user", "content": ""}], prompt=True)
        return prompt[len(asked) :]


def _row(ids: Sequence[int], replies: Sequence[bool], replies_only: bool, known: int) -> Row:
    labels = tuple(
        token if place >= known and (reply or not replies_only) else IGNORED
        for place, (token, reply) in enumerate(zip(ids, replies, strict=True))
    )
    return Row(tuple(ids), labels)


def _common(first: Sequence[int], second: Sequence[int]) -> int:
    """Return with how many equal elements two sequences begin."""
    for place, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return place
    return min(len(first), len(second))
