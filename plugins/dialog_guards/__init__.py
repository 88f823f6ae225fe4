"""What watches over messages and replies. So far: what finds personal data in texts."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the recognizers."""
    registry.recognizer(
        "pii",
        "dialog_guards.recognizers.pii:PiiRecognizer",
        options="dialog_guards.recognizers.options:PiiOptions",
    )
    registry.recognizer(
        "presidio",
        "dialog_guards.recognizers.presidio:PresidioRecognizer",
        options="dialog_guards.recognizers.options:PresidioOptions",
        extra="dialog-core[pii]",
    )
