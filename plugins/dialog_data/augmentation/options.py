"""The options of augmenters."""

from pydantic import Field

from dialog_core.configuration import ConfigPath, Duration, InputPath, Options, Share


class TyposOptions(Options):
    """Typing mistakes: letters exchanged, left out, doubled or mistaken; in Chinese, characters that sound alike."""

    share: Share = Field(default=0.1, description="Of how many words to get wrong; always at least one.")
    shortest: int = Field(
        default=4, ge=2, description="How many letters a word has at least; what is shorter often becomes another word."
    )


class WordDropoutOptions(Options):
    """Texts with words left out, as people in a hurry write them."""

    share: Share = Field(default=0.15, description="How many of the words to leave out; always at least one.")
    keep: int = Field(default=2, ge=1, description="How many words stay at least.")


class SynonymsOptions(Options):
    """Words exchanged for others that mean the same."""

    path: InputPath | None = Field(
        default=None,
        description="A YAML file with a list of groups, each a list of words or phrases that may stand for each other.",
    )
    wordnet: bool = Field(
        default=False,
        description="Whether to take English synonyms from WordNet, where its data is installed for NLTK; nothing is "
        "ever fetched.",
    )
    share: Share = Field(
        default=0.3, description="Of the words that have synonyms, how many to exchange; at least one."
    )


class TemplatesOptions(Options):
    """Templates filled in: `{city}` in a text, and marked entities, get other values of their kind."""

    path: InputPath = Field(
        description="A YAML file with the values of each kind: a mapping from its name to a list of texts."
    )


class ParaphraseOptions(Options):
    """The same said otherwise by a language model: any policy of a bot that speaks freely."""

    bot: ConfigPath = Field(description="The bot file with the policy.")
    policy: str = Field(default="", description="Which policy; default: the bot's only language model.")
    prompt: str = Field(
        default="Say the following in other words, as another person might put it. Keep its meaning, its language, and "
        "every name and number as they are. Reply with the new wording alone.\n\n{{ text }}",
        min_length=1,
        description="What the model is told, a Jinja template with `text`, `label` and `number` (1 for the first "
        "variant). For a back-translation: `Translate into French and back into English ...: {{ text }}`.",
    )
    timeout: Duration = Field(default=60.0, description="How long it may take for one text.")
