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
        hint = did_you_mean(name, known) or (f"Known: {', '.join(sorted(known))}." if known else "")
        super().__init__(f"there is no {kind} named {name!r}. {hint}".strip())

    def with_hint(self, hint: str) -> "UnknownComponentError":
        """Return the same error with something more to do about it."""
        if hint:
            self.args = (f"{self} {hint}",)
        return self


class StoreError(DialogError):
    """A store could not read or write: what, why, and what to do."""


class ConversationChanged(StoreError):
    """Somebody else appended to the conversation first, or the message was there already; nothing was appended."""


class BotClosedError(DialogError):
    """The bot was closed while, or before, it was asked."""


class ArtefactError(DialogError):
    """What training left behind is missing or cannot be used: of which component, which file, why, and what to do.

    Attributes:
        reason: What is wrong, as a sentence without its full stop.
        component: Whose artefact it is.
        remedy: What to do.
        missing: Whether there is none, so that the component was never trained.
    """

    def __init__(self, reason: str, *, component: str = "", remedy: str = "", missing: bool = False) -> None:
        self.reason, self.component, self.remedy, self.missing = reason, component, remedy, missing
        super().__init__(f"{reason}. {remedy}" if remedy else reason)


class TrainingError(DialogError):
    """A component could not be trained: which, why, and what to do. What was in use before stays in use."""
