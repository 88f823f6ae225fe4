"""The options of the policy `openai`."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from dialog_core.configuration import Duration, Options
from dialog_generative.options import GenerativeOptions

RESERVED = {"messages", "model", "n", "stream", "stream_options", "tools"}  # fields of a request


class Prices(Options):
    """What tokens cost, for a million of them."""

    input: float = Field(ge=0, description="Tokens of the prompt.")
    cached: float | None = Field(
        default=None, ge=0, description="Those of them in the endpoint's cache; default: as `input`."
    )
    output: float = Field(ge=0, description="Tokens of the reply.")


class Budget(Options):
    """What one conversation may use; then the policy proposes nothing more."""

    tokens: int | None = Field(default=None, ge=1, description="How many tokens, of prompts and replies together.")
    cost: float | None = Field(default=None, gt=0, description="How much money, in the currency of `prices`.")


class OpenAIOptions(GenerativeOptions):
    """Answers with a language model behind an OpenAI-compatible endpoint."""

    base_url: str = Field(
        default="", description="Where the endpoint is, such as `http://127.0.0.1:8000/v1`; default: OpenAI's own."
    )
    model: str = Field(min_length=1, description="What the endpoint calls the model.")
    api_key_env: str = Field(
        default="OPENAI_API_KEY",
        description="The environment variable with the key; keys never stand in a file. An endpoint at a `base_url` "
        "gets one only if this is given, so that OpenAI's key does not go elsewhere.",
    )
    connect_timeout: Duration = Field(default=2.0, gt=0, description="How long to wait for a connection.")
    retries: int = Field(
        default=2, ge=0, le=10, description="How often to try again, as far as the turn's deadline allows."
    )
    max_tokens: int = Field(default=500, ge=1, description="How long a reply may be.")
    temperature: float | None = Field(
        default=None, ge=0, le=2, description="How daring it is; default: the endpoint's."
    )
    top_p: float | None = Field(default=None, gt=0, le=1, description="Only among the most likely tokens, up to this.")
    stop: tuple[str, ...] = Field(default=(), max_length=4, description="Texts a reply ends before.")
    log_probabilities: bool = Field(
        default=False, description="Whether to ask for the tokens' probabilities, for rankers; not every endpoint can."
    )
    extra: Mapping[str, Any] = Field(
        default={}, description="Further fields of each request, as the endpoint knows them."
    )
    context_tokens: int = Field(default=0, ge=0, description="How much the model reads; 0: not known.")
    prices: Prices | None = Field(default=None, description="What tokens cost, for the trace and the budget.")
    budget: Budget = Field(default=Budget(), description="What one conversation may use.")

    @model_validator(mode="before")
    @classmethod
    def _without_keys(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and "api_key" in values:
            raise ValueError(
                "a key does not belong in a file: put it into an environment variable, and name that with `api_key_env`"
            )
        return values

    @field_validator("api_key_env")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        if name and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):  # which is not repeated: it may be the key
            raise ValueError("needs the name of an environment variable, such as OPENAI_API_KEY, not the key itself")
        return name

    @field_validator("base_url")
    @classmethod
    def _is_a_url(cls, url: str) -> str:
        if "@" in url:
            raise ValueError("has a password in it: put the key into an environment variable (`api_key_env`)")
        if url and not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", url):
            raise ValueError(f"needs a URL such as http://127.0.0.1:8000/v1, not {url[:60]!r}")
        try:
            parts = urlsplit(url)
            known = not url or (bool(parts.hostname) and parts.port != 0)
        except ValueError:  # a port that is none, or half an IPv6 address
            known = False
        if not known:
            raise ValueError(f"has no host and port that can be meant: {url[:60]!r}")
        return url

    @model_validator(mode="after")
    def _can_be_counted(self) -> "OpenAIOptions":
        if self.budget.cost is not None and self.prices is None:
            raise ValueError("a budget of money (`budget.cost`) needs `prices`")
        reserved = sorted(RESERVED & self.extra.keys())
        if reserved:
            raise ValueError(f"`extra` must not hold {', '.join(reserved)}: other options, or the framework, say that")
        return self
