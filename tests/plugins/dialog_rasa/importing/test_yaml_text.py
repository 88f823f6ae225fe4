"""What is written as a person would, reads back equal."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialog_core.configuration import Node, parse_yaml
from dialog_rasa.importing.yaml_text import WIDTH, Apart, Inline, Noted, yaml_text

_ALPHABET = st.one_of(
    st.sampled_from(list("ab :#-?!'\"{}[],&*|>%@`=~/.()<\n\t\r\\0123456789éß你 \u2028\x85\ufeff\x07")),
    st.characters(exclude_categories=("Cs",)),
)
_TEXTS = st.one_of(
    st.text(_ALPHABET, max_size=30),
    st.sampled_from(
        ["yes", "No", "null", "~", "", "1", "1.5", "1e3", "0x1F", "12:30", "2026-01-01", "...", "---", "=", "<<", "y"]
    ),
    st.lists(st.text(_ALPHABET, max_size=9), max_size=40).map(" ".join),
)
_NUMBERS = st.one_of(st.integers(-(10**17), 10**17), st.integers(-9999, 9999).map(lambda number: number / 100))
_LEAVES = st.one_of(_TEXTS, _NUMBERS, st.booleans(), st.none())
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_TEXTS, inner, max_size=4)),
    max_leaves=12,
)
_WRAPPERS = st.sampled_from([lambda v: v, Inline, Apart, lambda v: Noted(v, ("why", "and how"), "beside")])


def plain(node: Node) -> Any:
    value = node.value
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    return [plain(child) for child in value] if isinstance(value, list) else value


def wrapped(value: Any, draw: Any) -> Any:
    if isinstance(value, dict):
        value = {key: wrapped(inner, draw) for key, inner in value.items()}
        return draw(_WRAPPERS)(value)
    if isinstance(value, list):
        return draw(_WRAPPERS)([wrapped(inner, draw) for inner in value])
    return Noted(value, ("a remark",), "another") if draw(st.booleans()) else value


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(_TEXTS, _VALUES, min_size=1, max_size=3), st.data())
@example({"a": "x" * 120}, None)
def test_whatever_is_written_reads_back_equal(value: dict[str, Any], data: Any) -> None:
    written = value if data is None else {key: wrapped(inner, data.draw) for key, inner in value.items()}
    text = yaml_text(written, "What this file is:\nit is a file.")
    assert plain(parse_yaml(text)) == value
    assert not any(line.endswith((" ", "\t")) for line in text.split("\n"))


def test_it_looks_as_if_a_person_had_written_it() -> None:
    text = yaml_text(
        {
            "intents": ["greet", {"chitchat": Inline({"use_entities": []})}],
            "slots": Apart(
                {
                    "size": Noted(
                        {"type": "categorical", "values": Inline(["s", "m"]), "mappings": [Inline({"type": "custom"})]},
                        above=("# How large it is.",),
                    ),
                    "note": {"type": "text", "initial_value": "yes", "said": "First:\n - one\n - two"},
                }
            ),
            "stories": [
                {"story": "happy path", "steps": [{"intent": "greet"}, Noted({"action": "hi"}, beside="at once")]}
            ],
        },
        "The domain.",
    )
    assert (
        text
        == """# The domain.

intents:
  - greet
  - chitchat: {use_entities: []}

slots:
  # How large it is.
  size:
    type: categorical
    values: [s, m]
    mappings:
      - {type: custom}

  note:
    type: text
    initial_value: 'yes'
    said: |-
      First:
       - one
       - two

stories:
  - story: happy path
    steps:
      - intent: greet
      - action: hi  # at once
"""
    )


def test_long_texts_are_folded_and_lines_stay_short() -> None:
    said = "By buying certified offsets you support a project which reduces the total amount " * 4
    text = yaml_text({"responses": {"utter_offsets": [{"text": said.strip()}]}})
    assert max(map(len, text.splitlines())) <= WIDTH
    assert plain(parse_yaml(text)) == {"responses": {"utter_offsets": [{"text": said.strip()}]}}


def test_what_a_template_names_stays_on_one_line() -> None:
    names = ("passengers", "departure", "destination", "date", "window_seat")
    text = ", ".join(f"{{{{ slots.{name} }}}}" for name in names) + " {% if slots.vip %}for you{% endif %}"
    written = yaml_text({"text": text})
    assert plain(parse_yaml(written)) == {"text": text}
    assert all(line.count("{{") == line.count("}}") for line in written.splitlines())
    assert len(written.splitlines()) > 2
