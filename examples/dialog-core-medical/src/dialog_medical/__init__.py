"""What the assistant of doctors' practices does: find free times, and book one. It judges no symptoms."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the actions; their module is imported when the first of them is run."""
    actions = "dialog_medical.actions"
    registry.action("find_doctors", f"{actions}:find_doctors", reads_only=True)
    registry.action("check_day", f"{actions}:check_day", reads_only=True)
    registry.action("find_times", f"{actions}:find_times", reads_only=True)
    registry.action("check_name", f"{actions}:check_name", reads_only=True)
    registry.action("book_appointment", f"{actions}:book_appointment")
