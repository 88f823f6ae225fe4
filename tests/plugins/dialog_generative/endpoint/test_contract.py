"""What every policy must do, the policy `openai` does as well."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core.testing import PolicyContract, ScriptedEndpoint, make_context
from dialog_generative.endpoint.options import OpenAIOptions
from dialog_generative.endpoint.policy import OpenAIPolicy


class TestOpenAIPolicy(PolicyContract):
    answers = "what does it cost?"
    timeout = 20.0
    uses_network = True

    @pytest.fixture(autouse=True)
    def endpoint(self) -> Iterator[None]:
        with ScriptedEndpoint(self._answer) as endpoint:
            self._url = endpoint.url
            yield

    def make_policy(self, tmp_path: Path) -> OpenAIPolicy:
        return OpenAIPolicy(OpenAIOptions(base_url=self._url, model="small", persona="Be kind."), make_context("llm"))

    @staticmethod
    def _answer(body: Any) -> str:
        return f"You said {len(str(body['messages'][-1]['content']))} characters."
