"""The options of the guard `pii`."""

from typing import Any, Literal

from pydantic import Field

from dialog_core.configuration import Names, Options, Worded


class PiiGuardOptions(Options):
    """Personal data in messages is replaced before anything is stored or sent, and in what language models reply."""

    recognizer: str | dict[str, Any] = Field(
        default="pii",
        description="What finds it: a recognizer, with options where it is to have any; `presidio` where installed.",
    )
    keep: Names = Field(
        default=(), description="Kinds that stay as they are, such as `email` where a flow asks for the address."
    )
    incoming: Literal["replace", "refuse", "allow"] = Field(
        default="replace", description="What becomes of personal data that users write."
    )
    outgoing: Literal["replace", "refuse", "allow"] = Field(
        default="replace",
        description="What becomes of personal data in the replies of language models, unless it stands in the evidence "
        "or the user has just written it; replies of other policies are what their authors wrote, and pass.",
    )
    reply: Worded = Field(
        default={
            "en": "Please do not send personal data here. Could you put it without?",
            "zh": "请不要在这里发送个人信息。能否去掉后再说一遍？",
        },
        description="What is answered to a message that is refused; one text, or one for each language.",
    )
