import pytest

from dialog_generative.endpoint.dialect import Dialect

BODY = {"model": "m", "max_tokens": 5, "temperature": 0.2, "seed": 1, "stream_options": {}, "tools": []}


def test_nothing_is_left_out_before_anything_is_known() -> None:
    assert Dialect("llm", modern=False).spoken(BODY) == BODY


def test_openai_is_spoken_to_in_its_own_words() -> None:
    told = Dialect("llm", modern=True).spoken(BODY)
    assert told["max_completion_tokens"] == 5
    assert "max_tokens" not in told


@pytest.mark.parametrize(
    ("message", "param", "left_out"),
    [
        ("Unsupported value: 'temperature' does not support 0.2 with this model.", "temperature", "temperature"),
        ("Error code: 422 - {'loc': ['body', 'seed'], 'msg': 'Extra inputs are not permitted'}", None, "seed"),
        ("unknown field `stream_options`", None, "stream_options"),
    ],
)
def test_a_field_the_endpoint_does_not_know_is_left_out(message: str, param: str | None, left_out: str) -> None:
    dialect = Dialect("llm", modern=False)
    assert dialect.learn(message, param, dialect.spoken(BODY))
    assert dialect.spoken(BODY).keys() == BODY.keys() - {left_out}
    assert not dialect.learn(message, param, dialect.spoken(BODY))


def test_the_length_is_told_by_its_other_name_and_then_not_at_all() -> None:
    dialect = Dialect("llm", modern=False)
    message = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
    assert dialect.learn(message, "max_tokens", dialect.spoken(BODY))
    assert dialect.spoken(BODY)["max_completion_tokens"] == 5
    assert dialect.learn("unknown: max_completion_tokens", None, dialect.spoken(BODY))
    assert not {"max_tokens", "max_completion_tokens"} & dialect.spoken(BODY).keys()


@pytest.mark.parametrize(
    ("message", "param"),
    [
        ("max_tokens is too large: 5", "max_tokens"),
        ("'tools' is not supported by this model", "tools"),
        ("temperature has to be at most 1", None),
        ("unknown error", None),
    ],
)
def test_what_cannot_be_done_without_is_not_left_out(message: str, param: str | None) -> None:
    dialect = Dialect("llm", modern=False)
    assert not dialect.learn(message, param, BODY)
    assert dialect.spoken(BODY) == BODY
