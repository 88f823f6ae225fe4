"""The options of the policy `stories`."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from dialog_core.configuration import Duration, InputPaths, Options
from dialog_core.training import ServingOnly
from dialog_rasa.actions.address import parsed_url


def _address(url: str) -> str:
    if url.strip():
        parsed_url(url)
    return url.strip()


class StoriesOptions(Options):
    """Says and does what stories and rules say comes next, asks what forms have to know, runs custom actions."""

    path: InputPaths = Field(
        min_length=1,
        description="Files with `slots:`, `forms:`, `responses:`, `rules:`, `stories:`, or a folder of such files; "
        "one or several.",
    )
    responses: Annotated[InputPaths, ServingOnly] = Field(
        default=(),
        description="Further such files, or folders of them, of which nothing is learned: with `responses:` here, what "
        "the bot says can be changed without training anew.",
    )
    intents: Annotated[str, ServingOnly] = Field(
        default="intents", description="The annotator that says what a message means."
    )
    entities: Annotated[str, ServingOnly] = Field(
        default="entities", description="The annotator that finds what is named in it."
    )
    selectors: Annotated[dict[str, str], ServingOnly] = Field(
        default={},
        description="For an intent with several answers, the annotator that says which: `{faq: faq}`. Its labels are "
        "what stands behind the slash in `utter_faq/opening_hours`.",
    )
    max_history: int = Field(
        default=5,
        ge=1,
        le=30,
        description="By how many of the latest moments a conversation is recognized that has no story of its own.",
    )
    threshold: Annotated[float, ServingOnly] = Field(
        default=0.3,
        ge=0,
        le=1,
        description="Below which probability an intent is not believed: the message then counts as `nlu_fallback`.",
    )
    ambiguity: Annotated[float, ServingOnly] = Field(
        default=0.0,
        ge=0,
        le=1,
        description="By how much the likeliest intent must be ahead of the second to be believed.",
    )
    core_threshold: Annotated[float, ServingOnly] = Field(
        default=0.3,
        ge=0,
        le=1,
        description="Below which probability the learned model's action is not taken.",
    )
    fallback: Annotated[str, ServingOnly] = Field(
        default="utter_default",
        description="The response that is said where nobody knows what comes next. Without it the bot's own `fallback` "
        "answers.",
    )
    action_server: Annotated[str, ServingOnly, AfterValidator(_address)] = Field(
        default="",
        description="Where custom actions run that no plugin has registered: `http://localhost:5055/webhook`.",
    )
    action_timeout: Annotated[Duration, ServingOnly] = Field(
        default=10.0,
        gt=0,
        le=600,
        description="How long one custom action may take. One that takes longer three times in a row is left alone for "
        "half a minute.",
    )
    channel: Annotated[str, ServingOnly] = Field(
        default="", description="Which variations of responses are for this channel, beside those for every channel."
    )

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file and folder it is made of."""
        return (*self.path, *self.responses)
