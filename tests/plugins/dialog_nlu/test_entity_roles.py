"""What part an entity plays, told by the words around it."""

import pytest

from tests.plugins.dialog_nlu.finding import FRIDAY, finder

CITY = {
    "values": ["Berlin", "Paris", "北京", "上海"],
    "roles": {"from": ["from", "leaving", "从", "...出发"], "to": ["to", "到", "去"], "via": ["by way of"]},
}


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("from Berlin to Paris", ["from", "to"]),
        ("to Paris from Berlin", ["to", "from"]),
        ("to the lovely Paris", ["to"]),
        ("from Berlin by way of Paris", ["from", "via"]),
        ("从北京到上海", ["from", "to"]),
        ("北京出发去上海", ["from", "to"]),
        ("Paris is nice", [None]),
        ("from Berlin and Paris", ["from", None]),
        ("I want to see all of the sights of Paris", [None]),
    ],
)
def test_roles(text: str, roles: list[str | None]) -> None:
    found = finder({"city": CITY}).entities(text, FRIDAY)
    assert [entity.get("role") for entity in found] == roles


def test_dates_have_roles_too() -> None:
    annotator = finder({"date": {"roles": {"arrival": ["from"], "departure": ["to", "until"]}}})
    found = annotator.entities("from Monday until next Friday", FRIDAY)
    assert [(entity["value"], entity.get("role")) for entity in found] == [
        ("2026-11-30", "arrival"),
        ("2026-12-04", "departure"),
    ]
