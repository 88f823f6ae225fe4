"""Templates and conditions: what they see, what they may not do, and what is found before they run."""

from typing import Any

import pytest

from dialog_rules.templates import LONGEST_OUTPUT, Scope, TemplateFailure, TemplateMistake, Templates


def render(source: str, slots: dict[str, Any] | None = None, **captures: str) -> str:
    names = {"number", *captures}
    return Templates().template(source, names).render(Scope(slots or {}, captures, names))


def holds(source: str, slots: dict[str, Any] | None = None, **captures: str) -> bool:
    names = {"number", *captures}
    return Templates().condition(source, names).holds(Scope(slots or {}, captures, names))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Order {{ number | upper }}", "Order AF1"),
        ("{{ number[-1:] }}", "1"),
        ("Hi{% if slots.name %} {{ slots.name }}{% endif %}!", "Hi Ann!"),
        ("Hi{% if slots.nobody %} {{ slots.nobody }}{% endif %}!", "Hi!"),
        ("{{ slots.nobody }}|{{ slots.nobody.first }}|{{ slots.empty }}", "||"),
        ("{{ slots.address.city }}{{ slots.address.items }}", "York2"),
        ("{{ slots['name'] }}", "Ann"),
        ("{% for name in slots.names %}{{ loop.index }}{{ name }} {% endfor %}", "1a 2b"),
        ("{% for key, value in slots.address | items %}{{ key }}={{ value }};{% endfor %}", "city=York;items=2;"),
        ("{{ slots.names | join(', ') }} {{ slots | length }}", "a, b 4"),
        ("{% set n = 2 * 3 %}{{ n ** 2 }}", "36"),
        ("{# nothing #}{{ 'name' in slots }}", "True"),
        ("{% for n in range(3) %}{{ n }}{% endfor %}", "012"),
        ("<b>{{ slots.name }}</b>", "<b>Ann</b>"),
    ],
)
def test_a_template_sees_slots_and_captures(source: str, said: str) -> None:
    slots = {"name": "Ann", "names": ["a", "b"], "address": {"city": "York", "items": 2}, "empty": None}
    assert render(source, slots, number="AF1") == said


def test_an_entity_that_was_not_captured_is_empty_and_false() -> None:
    assert render("{% if number %}x{% endif %}[{{ number }}]") == "[]"


@pytest.mark.parametrize(
    ("source", "truth"),
    [
        ("slots.name", True),
        ("not slots.name", False),
        ("slots.nobody", False),
        ("slots.age > 17 and number", True),
        ("slots.name == 'Ann' or slots.nobody.age > 3", True),
        ("slots.nobody is defined", False),
    ],
)
def test_a_condition_is_true_or_false(source: str, truth: bool) -> None:
    assert holds(source, {"name": "Ann", "age": 18}, number="AF1") is truth


@pytest.mark.parametrize(
    ("source", "line", "word", "message"),
    [
        ("Hi {{ slots.name", 1, "", "unexpected end of template"),
        ("Hi\n{{ slots.name | uper }}", 2, "uper", "no filter named 'uper'"),
        ("{{ slots.name is emptty }}", 1, "emptty", "no test named 'emptty'"),
        ("{% fi slots.name %}", 1, "fi", "unknown tag 'fi'"),
        ("{{ ordernumber }}", 1, "ordernumber", "nothing is called `ordernumber`"),
        ("a\nb\n{{ lipsum() }}", 3, "lipsum", "nothing is called `lipsum`"),
        ("{{ slots.name.upper() }}", 1, ".upper", "methods cannot be called"),
        ("{{ ''.__class__.mro() }}", 1, ".mro", "methods cannot be called"),
        ("{% include 'secret.txt' %}", 1, "", "cannot use other files"),
        ("{% import 'x' as y %}", 1, "", "cannot use other files"),
        ("{% extends 'x' %}", 1, "", "cannot use other files"),
        ("{{ [1, 2] | random }}", 1, "random", "no filter named 'random'"),
        ("{{ 1 | batch(100000000, 0) }}", 1, "batch", "no filter named 'batch'"),
    ],
)
def test_a_mistake_is_found_before_the_template_is_used(source: str, line: int, word: str, message: str) -> None:
    with pytest.raises(TemplateMistake) as caught:
        Templates().template(source, {"number"})
    assert message in caught.value.message
    assert caught.value.line == line
    assert word in ("", caught.value.word)


def test_a_mistake_has_a_remedy() -> None:
    templates = Templates()
    remedies = {}
    for source in ("{{ nmber }}", "{{ city }}", "{{ number | uper }}", "{{ number.title() }}"):
        with pytest.raises(TemplateMistake) as caught:
            templates.template(source, {"number"})
        remedies[source] = caught.value.remedy
    assert remedies == {
        "{{ nmber }}": "Did you mean 'number'?",
        "{{ city }}": "If it is a slot, write slots.city.",
        "{{ number | uper }}": "Did you mean 'upper'?",
        "{{ number.title() }}": "Use a filter, such as `| title`.",
    }


@pytest.mark.parametrize(
    "source", ["slots.", "slots.name ==", "nme == 'Ann'", "slots.name.upper() == 'ANN'", "a b", ""]
)
def test_a_condition_with_a_mistake_is_refused(source: str) -> None:
    with pytest.raises(TemplateMistake):
        Templates().condition(source, set())


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in range(1000) %}{% for b in range(1000) %}{{ 'x' }}{% endfor %}{% endfor %}",
        "{{ range(100000000) | list }}",
        "{{ 'x' * 100000000 }}",
        "{{ '%100000000d' % 1 }}",
        "{{ 10 ** 100000000 }}",
        "{{ slots.name.format }}{{ slots.name.__class__.__mro__ }}",
        "{{ slots.name + 1 }}",
        "{{ 1 / 0 }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% set f = slots.name.format %}{{ f(1) }}",
        "{{ slots.long }}",
    ],
)
def test_a_template_that_goes_wrong_fails_and_does_not_hang(source: str) -> None:
    with pytest.raises(TemplateFailure):
        render(source, {"name": "{:>100000000}", "long": "x" * (LONGEST_OUTPUT + 1)})


def test_slots_cannot_be_changed() -> None:
    slots = {"names": ["a"]}
    with pytest.raises(TemplateMistake):
        render("{{ slots.names.append('b') }}", slots)
    with pytest.raises(TemplateFailure):
        render("{% set add = slots.names.append %}{{ add('b') }}", slots)
    assert slots == {"names": ["a"]}


def test_a_failing_condition_says_so() -> None:
    with pytest.raises(TemplateFailure):
        holds("slots.age > 17", {"age": "old"})


def test_what_users_wrote_is_never_a_template() -> None:
    assert render("{{ slots.name }}", {"name": "{{ 7 * 7 }}"}) == "{{ 7 * 7 }}"


def test_loops_are_noticed() -> None:
    templates = Templates()
    templates.template("{{ slots.name }}", set())
    assert not templates.loops
    templates.template("{% for name in slots.names %}{{ name }}{% endfor %}", set())
    assert templates.loops


def test_what_is_never_said_is_never_compiled() -> None:
    templates = Templates()
    template = templates.template("Hello {{ slots.name | upper }}", ())
    condition = templates.condition("slots.name == 'Ann' and 1 + 1 == 2", ())
    assert template._compiled is None
    assert condition._compiled is None
    scope = Scope({"name": "Ann"}, {}, ())
    assert template.render(scope) == "Hello ANN"
    assert condition.holds(scope)


@pytest.mark.parametrize("source", ["a }} {{ b", "a b", "a | nosuch", "a is nosuch", ""])
def test_what_could_not_be_compiled_is_refused_all_the_same(source: str) -> None:
    with pytest.raises(TemplateMistake):
        Templates().condition(source, None)


@pytest.mark.parametrize("source", ["{% for loop in slots.x %}{% endfor %}", "{% block a %}{% endblock %}" * 2])
def test_what_only_compiling_finds_out_is_found_out_at_once(source: str) -> None:
    with pytest.raises(TemplateMistake):
        Templates().template(source, None)
