"""What a customer service bot does for a shop: look up orders, book returns, change subscriptions."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the actions; their module is imported when the first of them is run."""
    actions = "dialog_customer_service.actions"
    registry.action("check_order", f"{actions}:check_order", reads_only=True)
    registry.action("find_order", f"{actions}:find_order", reads_only=True)
    registry.action("book_return", f"{actions}:book_return")
    registry.action("check_subscriber", f"{actions}:check_subscriber", reads_only=True)
    registry.action("find_subscription", f"{actions}:find_subscription", reads_only=True)
    registry.action("change_subscription", f"{actions}:change_subscription")
