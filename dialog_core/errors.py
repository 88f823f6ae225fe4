"""The errors that are meant for the people who use the framework."""


class DialogError(Exception):
    """Base of every error whose text is written for a user: what was wrong, where, and what to do."""


class PluginError(DialogError):
    """A plugin could not be used: which, why, and what to do."""


class UnknownComponentError(PluginError):
    """A name that nothing is registered under."""

    def __init__(self, kind: str, name: str, known: list[str]) -> None:
        from dialog_core.configuration.problems import did_you_mean

        self.kind, self.name, self.known = kind, name, known
        super().__init__(f"there is no {kind} named {name!r}. {did_you_mean(name, known)}".strip())


class StoreError(DialogError):
    """A store could not read or write: what, why, and what to do."""


class ConversationChanged(StoreError):
    """Somebody else appended to the conversation first, or the message was there already; nothing was appended."""


class BotClosedError(DialogError):
    """The bot was closed while, or before, it was asked."""
