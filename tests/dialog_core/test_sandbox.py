"""Templates cannot reach out, cannot change what they are given, and cannot make something out of all proportion."""

from types import MappingProxyType
from typing import Any

import pytest
from jinja2 import DictLoader, StrictUndefined, TemplateError, UndefinedError
from jinja2.exceptions import SecurityError

from dialog_core.sandbox import LONGEST_RANGE, Sandbox


def render(source: str, **values: Any) -> str:
    return Sandbox().from_string(source).render(values)


def test_a_mapping_has_keys_and_nothing_else() -> None:
    slots = MappingProxyType({"items": 2, "name": None, "address": {"city": "Ulm"}})
    assert render("{{ slots.items }}|{{ slots['address'].city }}", slots=slots) == "2|Ulm"
    assert render("{{ slots.name }}|{{ slots.nobody.first }}|{{ slots['x']['y'] }}", slots=slots) == "||"


def test_what_it_is_given_stays_as_it_was() -> None:
    names = ["a"]
    with pytest.raises(SecurityError):
        render("{{ names.append('b') }}", names=names)
    assert names == ["a"]


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ text.format(1) }}",
        "{{ '{:>100000000}'.format(1) }}",
        "{{ text.format_map({}) }}",
        "{{ text.ljust(1000000) }}",
        "{{ thing.__init__.__globals__ }}",
        "{{ range.__self__.open }}",
        "{{ range(1001) }}",
        "{{ 'x' * 1000 }}",
        "{{ 10 ** 11 }}",
        "{{ 1001 ** 2 }}",
        "{{ '%1000000d' % 1 }}",
        "{{ 1e20 * 1e31 }}",
        "{{ lipsum() }}",
        "{{ cycler }}{{ cycler('a').next() }}",
    ],
)
def test_what_could_do_harm_is_refused(source: str) -> None:
    with pytest.raises(TemplateError):
        render(source, text="a{}", thing=object())


@pytest.mark.parametrize("name", ["random", "batch", "center", "format", "indent", "slice"])
def test_filters_that_are_random_or_make_anything_long_are_not_there(name: str) -> None:
    with pytest.raises(TemplateError, match="No filter named"):
        render(f"{{{{ [1] | {name} }}}}")


def test_what_templates_are_for_works() -> None:
    assert render("{% for n in range(3) %}{{ n * 2 }}{% endfor %}{{ name | upper }}", name="ann") == "024ANN"
    assert len(render(f"{{% for n in range({LONGEST_RANGE}) %}}x{{% endfor %}}")) == LONGEST_RANGE


def test_nothing_is_escaped_for_these_are_no_pages() -> None:
    assert render("{{ text }}", text="<b>&</b>") == "<b>&</b>"


def test_names_that_are_not_there_can_be_refused() -> None:
    sandbox = Sandbox(undefined=StrictUndefined)
    with pytest.raises(UndefinedError, match="nobody"):
        sandbox.from_string("{{ nobody }}").render()


def test_templates_may_extend_others_where_a_loader_has_them() -> None:
    files = {"base": "[{% block system %}base{% endblock %}]"}
    sandbox = Sandbox(loader=DictLoader(files))
    template = sandbox.from_string("{% extends 'base' %}{% block system %}{{ super() }} and mine{% endblock %}")
    assert template.render() == "[base and mine]"
