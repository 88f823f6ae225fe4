"""What a tutor bot does: ask questions, judge answers, keep results."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the actions; their module is imported when the first of them is run."""
    actions = "dialog_education.actions"
    registry.action("next_question", f"{actions}:next_question", reads_only=True)
    registry.action("check_answer", f"{actions}:check_answer", reads_only=True)
    registry.action("save_result", f"{actions}:save_result")
