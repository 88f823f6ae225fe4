"""Options of the policy."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dialog_core.configuration import LanguageTag, Names, Options

Words = str | Annotated[dict[LanguageTag, str], Field(min_length=1)]
Message = Literal[
    "learned",
    "answers_in",
    "ask",
    "agreed",
    "agreed_before",
    "refused",
    "known",
    "known_kept",
    "known_session",
    "nothing_known",
    "forgotten",
    "forgotten_fact",
    "not_known",
    "only_these",
    "yes",
    "no",
]


def _as_dict(value: Any) -> Any:
    return (
        {name: (pattern,) if isinstance(pattern, str) else pattern for name, pattern in value.items()}
        if isinstance(value, dict)
        else value
    )


class ProfileOptions(Options):
    """Talks with users about what is kept about them: shows it, forgets it, learns it, asks for their consent."""

    ask: bool = Field(
        default=True,
        description="Whether to ask for consent, once in a session, when something was learnt that needs it.",
    )
    facts: Annotated[dict[str, Names], BeforeValidator(_as_dict)] = Field(
        default={},
        description="How users tell a fact, beside the built-in ways for `name` and `language`: `my plan is {plan}`.",
    )
    labels: dict[str, Words] = Field(
        default={}, description="What a fact is called towards users, per language; default: its name."
    )
    messages: dict[Message, Words] = Field(
        default={}, description="Other words than the built-in ones, per language; see the names in the how-to."
    )
