"""What a customer service bot does for a shop: orders, returns, products, opening hours, and a person where need be."""

from dialog_core import Registry, hookimpl

LOOK_UPS = {
    "orders": ("check_order", "find_order", "find_variants", "find_refunds", "new_request"),
    "subscriptions": ("check_subscriber", "find_subscription"),
    "products": ("find_products",),
    "handing_over": ("brief", "contact"),
}
DEEDS = {
    "orders": ("book_return", "book_exchange", "request_refund", "cancel_order", "file_complaint"),
    "subscriptions": ("change_subscription",),
}


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register everything by name; modules are imported when something in them is first used."""
    here = "dialog_customer_service"
    for actions, reads_only in ((LOOK_UPS, True), (DEEDS, False)):
        for module, names in actions.items():
            for name in names:
                registry.action(name, f"{here}.actions.{module}:{name}", reads_only=reads_only)
    options = f"{here}.options"
    registry.policy(
        "product_search",
        f"{here}.catalogue.policy:ProductSearch",
        options=f"{options}:ProductSearchOptions",
        category="rules",
    )
    registry.policy(
        "opening_hours", f"{here}.hours.policy:OpeningHours", options=f"{options}:OpeningHoursOptions", category="rules"
    )
    registry.annotator("mood", f"{here}.mood.annotator:Mood", options=f"{options}:MoodOptions")
    registry.annotator("briefing", f"{here}.handing_over.briefing:Briefing", options=f"{options}:BriefingOptions")
    registry.guard("tone", f"{here}.mood.tone:Tone", options=f"{options}:ToneOptions")
