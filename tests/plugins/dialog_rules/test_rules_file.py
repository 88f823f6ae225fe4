"""Files of rules: what they may hold, and that every mistake in one is reported where it stands."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError, Problem
from dialog_rules.rules_file import read_rules

GOOD = """
    entities:
      order_number: "AF[0-9]{6}"
    rules:
      - name: greet
        when: hello
        say: Hello!
      - name: status
        when: ["track {order_number}", '/^(?P<word>status)$/']
        unless: not now
        match: whole
        if: slots.name and not word
        priority: 10
        set: {order_number: "{{ order_number | upper }}", seen: true, count: 3, gone: null, list: ["{{ word }}", 1]}
        say: ["{{ order_number }}", 42]
        quick_replies: [yes, no, 1]
"""


def problems_of(path: Path) -> list[Problem]:
    with pytest.raises(ConfigurationError) as caught:
        read_rules([path])
    return list(caught.value.problems)


def test_a_file_becomes_rules(write_rules: Callable[..., Path]) -> None:
    greet, status = read_rules([write_rules(GOOD)]).rules
    assert (greet.name, greet.source, greet.priority, greet.names) == ("greet", "rules.yaml:4", 0, None)
    assert [text.render(None) for text in greet.say] == ["Hello!"]
    assert (status.priority, status.patterns.whole, status.names) == (10, True, {"order_number", "word"})
    assert [pattern.text for pattern in status.patterns.any_of] == ["track {order_number}", "/^(?P<word>status)$/"]
    assert [pattern.text for pattern in status.patterns.none_of] == ["not now"]
    assert [text.render(None) for text in status.quick_replies] == ["yes", "no", "1"]
    assert status.say[1].render(None) == "42"


def test_several_files_are_read_in_order(write_rules: Callable[..., Path]) -> None:
    paths = [write_rules(GOOD, "one.yaml"), write_rules(GOOD, "two.yaml")]
    assert [rule.source for rule in read_rules(paths).rules] == [
        "one.yaml:4",
        "one.yaml:7",
        "two.yaml:4",
        "two.yaml:7",
    ]


@pytest.mark.parametrize(
    ("line", "quick"),
    [
        ("when: hello", True),
        ("when: /^(hi|hey)[!.]*$/", True),
        ("when: /.*hello.*/", False),
        ("when: hello {slow}", False),
        ("when: hello\n    unless: /(a+)+$/", False),
    ],
)
def test_a_file_says_whether_its_expressions_are_quick(
    write_rules: Callable[..., Path], line: str, quick: bool
) -> None:
    slow = "entities: {slow: '(a+)+'}\n" if "{slow}" in line else ""
    path = write_rules(f"{slow}rules:\n  - name: greet\n    {line}\n    say: Hello!\n")
    assert read_rules([path]).quick is quick


def test_a_loop_in_a_template_is_not_quick(write_rules: Callable[..., Path]) -> None:
    say = "{% for x in slots.list %}{{ x }}{% endfor %}"
    assert not read_rules([write_rules(f'rules: [{{name: a, when: b, say: "{say}"}}]')]).quick


RULE = "rules:\n  - name: a\n    say: Hi\n    "

MISTAKES: dict[str, tuple[str, list[tuple[int, int, str, str]]]] = {
    "an unknown key": (
        RULE + "whne: hello",
        [(2, 5, "rules[0].when: is missing", "Add `when:`"), (4, 5, "whne: unknown key", "Did you mean 'when'?")],
    ),
    "an unknown key of the file": (
        "rule: []\nrules: [{name: a, when: b, say: c}]",
        [(1, 1, "rule: unknown key", "")],
    ),
    "no rules": ("entities: {}", [(1, 1, "rules: is missing", "")]),
    "an empty list of rules": ("rules: []", [(1, 8, "at least one", "")]),
    "no say": ("rules:\n  - name: a\n    when: hello", [(2, 5, "rules[0].say: is missing", "Add `say:`")]),
    "nothing in say": (
        "rules:\n  - {name: a, when: hello, say: []}\n  - {name: b, when: hello, say: ' '}",
        [(2, 33, "at least one", ""), (3, 33, "is empty", "Write what to say.")],
    ),
    "no name": ("rules:\n  - when: a\n    say: b", [(2, 5, "name: is missing", "")]),
    "a rule that is no mapping": ("rules:\n  - hello", [(2, 5, "rules[0]", "")]),
    "match is neither": (
        RULE + "when: hello\n    match: entire",
        [(5, 12, "needs 'anywhere' or 'whole', not 'entire'", "")],
    ),
    "a priority that is none": (RULE + "when: hello\n    priority: high", [(5, 15, "priority", "")]),
    "an unclosed bracket": (
        RULE + "when:\n      - hello\n      - track [my order",
        [(6, 15, "rules[0].when[1]: `[` is never closed", "Add the `]`.")],
    ),
    "an unclosed bracket in quotes": (RULE + 'when: "(a"', [(4, 12, "`(` is never closed", "")]),
    "an unknown entity": (
        "entities: {order_number: x}\n" + RULE + "when: 'track {order_numbr}'",
        [(5, 19, "there is no entity 'order_numbr'", "Did you mean 'order_number'?")],
    ),
    "an empty pattern": (RULE + "when: ''", [(4, 11, "no word", "Write at least one word.")]),
    "a pattern that matches everything": (
        RULE + "when: (hello)\n    unless: [(a)]",
        [(4, 11, "rules[0].when: matches every message", "Take one part"), (5, 14, "rules[0].unless[0]: matches", "")],
    ),
    "an expression that matches everything": (
        RULE + "when: [/./, '/hello|/', '/\\S+/']",
        [
            (4, 12, "matches every message", "add `if:`"),
            (4, 17, "matches an empty text", ""),
            (4, 29, "matches every", ""),
        ],
    ),
    "an entity that matches everything, alone": (
        "entities: {anything: .+}\n" + RULE + "when: '{anything}'",
        [(5, 11, "matches every message", "")],
    ),
    "a broken expression": (RULE + "when: /a(b/", [(4, 15, "is no regular expression: missing )", "")]),
    "flags behind an expression": (RULE + "when: /hello/i", [(4, 18, "nothing may follow the closing slash", "")]),
    "a group with a name that is taken": (RULE + "when: /(?P<slots>a)b/", [(4, 16, "cannot be called 'slots'", "")]),
    "a broken entity": (
        'entities:\n  code: "AF[0-9"\n' + RULE + "when: '{code}'",
        [(2, 16, "is no regular expression", "")],
    ),
    "an entity with a name that is none": (
        "entities: {order-number: x, slots: y}\n" + RULE + "when: b",
        [(1, 12, "'order-number' cannot be the name", "Use letters"), (1, 29, "'slots' cannot be", "")],
    ),
    "an anchored entity": (
        "entities: {a: ^x, b: x$}\n" + RULE + "when: hello",
        [(1, 15, "`^` means nothing in an entity", "Remove it"), (1, 23, "`$` means nothing", "")],
    ),
    "two rules of one name": (
        "rules:\n  - {name: a, when: b, say: c}\n  - {name: a, when: d, say: e}",
        [(3, 12, "two rules are called 'a': on line 2 and on line 3", "Rename one of them.")],
    ),
    "a template that cannot be read": (
        RULE.replace("Hi", "Hi {{ slots.name") + "when: b",
        [(3, 10, "unexpected end of template", "Close `{{` with `}}`.")],
    ),
    "an unknown filter": (
        RULE.replace("Hi", "Hi {{ slots.name | uper }}") + "when: b",
        [(3, 29, "no filter named 'uper'", "Did you mean 'upper'?")],
    ),
    "an unknown name in a block of lines": (
        "rules:\n  - name: a\n    when: b\n    say: |\n      Hello\n      dear {{ nobody }}",
        [(6, 15, "nothing is called `nobody` here", "write slots.nobody")],
    ),
    "a name that the rule does not capture": (
        "entities: {code: x}\n" + RULE.replace("Hi", "'{{ code }}'") + "when: b",
        [(4, 14, "nothing is called `code` here", "No pattern of this rule captures it")],
    ),
    "a wrong template in a slot": (
        RULE + "when: b\n    set: {x: ['{{ y }}']}",
        [(5, 19, "rules[0].set.x[0]: nothing is called `y`", "")],
    ),
    "a wrong template in a quick reply": (
        RULE + "when: b\n    quick_replies: ['{{ y }}']",
        [(5, 25, "rules[0].quick_replies[0]: nothing is called `y`", "")],
    ),
    "a wrong condition": (RULE + "when: b\n    if: slots.a ==", [(5, 9, "unexpected 'end of", "")]),
    "an unknown name in a condition": (RULE + "when: b\n    if: slots.a and b", [(5, 21, "nothing is called `b`", "")]),
    "a condition that is no text": (RULE + "when: b\n    if: true", [(5, 9, "rules[0].if: needs text", "")]),
    "single braces": (
        "entities: {code: x}\n" + RULE.replace("Hi", "Order {code}") + "when: '{code}'",
        [(4, 16, "{code} is not replaced in texts", "Write {{ code }}")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_reported_where_it_stands(
    write_rules: Callable[..., Path], text: str, expected: list[tuple[int, int, str, str]]
) -> None:
    path = write_rules(text)
    found = problems_of(path)
    assert [(problem.line, problem.column) for problem in found] == [
        (line, column) for line, column, _, _ in expected
    ], found
    for problem, (_, _, message, remedy) in zip(found, expected, strict=True):
        assert problem.file == path
        assert message in f"{problem.path}: {problem.message}"
        assert remedy in problem.remedy


def test_all_mistakes_of_all_files_are_reported_at_once(write_rules: Callable[..., Path], tmp_path: Path) -> None:
    one = write_rules("rules:\n  - {name: a, when: '[b', say: '{{ c }}'}\n  - {name: a, wen: b, say: c}", "one.yaml")
    two = write_rules("entities: {x: '('}\nrules:\n  - {name: a, when: '{y}', if: 'z', say: c}", "two.yaml")
    broken = write_rules("rules: [", "broken.yaml")
    with pytest.raises(ConfigurationError) as caught:
        read_rules([one, two, broken, tmp_path / "missing.yaml"])
    lines = str(caught.value).splitlines()
    assert len(lines) == 10
    assert [line for line in lines if "one.yaml:2:22" in line and "`[` is never closed" in line]
    assert [line for line in lines if "missing.yaml" in line and "no such file" in line]


def test_a_catch_all_is_fine_where_a_condition_narrows_it(write_rules: Callable[..., Path]) -> None:
    path = write_rules("rules:\n  - {name: a, when: '/(?P<answer>.+)/', if: slots.asked, say: '{{ answer }}'}")
    assert read_rules([path]).rules


def test_braces_that_name_nothing_may_be_said(write_rules: Callable[..., Path]) -> None:
    (rule,) = read_rules([write_rules('rules: [{name: a, when: b, say: "{\\"json\\": {x}}"}]')]).rules
    assert rule.say[0].render(None) == '{"json": {x}}'


def test_places_in_text_with_escapes_are_those_of_the_text(write_rules: Callable[..., Path]) -> None:
    path = write_rules('rules:\n  - {name: a, say: c, when: "\\u0061 [b"}')
    assert [(problem.line, problem.column) for problem in problems_of(path)] == [(2, 29)]


def test_a_thousand_rules_are_read(write_rules: Callable[..., Path]) -> None:
    lines = [
        f'  - {{name: r{n}, when: ["where is (my) [parcel|box] {n}", "track {n}"], say: "Box {n}"}}'
        for n in range(1000)
    ]
    assert len(read_rules([write_rules("rules:\n" + "\n".join(lines))]).rules) == 1000
