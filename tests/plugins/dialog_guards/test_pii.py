"""The recognizer `pii`: personal data by patterns, check digits and the words around."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.interfaces import Recognized, Recognizer
from dialog_guards.recognizers.pii import without_overlaps
from tests.plugins.dialog_guards.measuring import measure
from tests.plugins.dialog_guards.pii_messages import messages

PII: Recognizer = Context(name="test").create("recognizer", "pii")


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in PII.find(text)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("write to Joe.Smith+x@example.co.uk.", "email", "Joe.Smith+x@example.co.uk"),
        ("请发到wang@example.cn。", "email", "wang@example.cn"),
        ("call (415) 555-2671 ext. 12 now", "phone", "(415) 555-2671 ext. 12"),
        ("call me on 4155552671", "phone", "4155552671"),
        ("+44 (0)20 7946 0958", "phone", "+44 (0)20 7946 0958"),
        ("my mobile is 07700900123", "phone", "07700900123"),
        ("phone 01223 356162", "phone", "01223 356162"),
        ("appelez le 06 12 34 56 78", "phone", "06 12 34 56 78"),
        ("手机１３８１２３４５６７８", "phone", "１３８１２３４５６７８"),
        ("打138-1234-5678", "phone", "138-1234-5678"),
        ("电话0755-86012345转801", "phone", "0755-86012345转801"),
        ("card 4111 1111 1111 1111", "credit_card", "4111 1111 1111 1111"),
        ("银行卡6222020200112230003请查收", "bank_card", "6222020200112230003"),
        ("to GB82 WEST 1234 5698 7654 32 thanks", "iban", "GB82 WEST 1234 5698 7654 32"),
        ("from 192.168.1.20", "ip_address", "192.168.1.20"),
        ("at 2001:db8::ff00:42:8329", "ip_address", "2001:db8::ff00:42:8329"),
        ("https://joe:s3cret@example.com/x", "url_credentials", "joe:s3cret"),
        ("SSN 536-90-4399", "us_ssn", "536-90-4399"),
        ("social security number 536904399", "us_ssn", "536904399"),
        ("AB 12 34 56 C is my number", "uk_nino", "AB 12 34 56 C"),
        ("national insurance: ab123456c", "uk_nino", "ab123456c"),
        ("身份证11010519491231002X。", "id_card", "11010519491231002X"),
        ("身份证号110105491231002", "id_card", "110105491231002"),
        ("passport no. 533401234", "passport", "533401234"),
        ("护照E12345678", "passport", "E12345678"),
        ("车牌粤B·12345", "licence_plate", "粤B·12345"),
        ("my car is AB12 CDE", "licence_plate", "AB12 CDE"),
        ("微信号：lamplover", "wechat", "lamplover"),
        ("add my wechat lamp_88.", "wechat", "lamp_88"),
        ("QQ是12345678", "qq", "12345678"),
        (
            "I live at 1234 Elm Street, Apt. 5, Springfield, IL 62704 now",
            "address",
            "1234 Elm Street, Apt. 5, Springfield, IL 62704",
        ),
        ("Ship to 221B Baker Street, London NW1 6XE please", "address", "221B Baker Street, London NW1 6XE"),
        ("我住在北京市海淀区中关村大街27号3单元502室。", "address", "北京市海淀区中关村大街27号3单元502室"),
        ("寄到阳光花园3号楼2单元501室", "address", "阳光花园3号楼2单元501室"),
        ("born on May 3, 1990", "date_of_birth", "May 3, 1990"),
        ("DOB: 03/05/1990", "date_of_birth", "03/05/1990"),
        ("我1990年5月3日出生", "date_of_birth", "1990年5月3日"),
    ],
)
def test_personal_data_is_found_as_people_write_it(text: str, kind: str, words: str) -> None:
    assert found(text) == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "My order number is 4155552671 and tracking is 9400111899223817264821.",
        "It cost $4,155,552.67, or 4155552671 USD in all.",
        "订单号13812345678，快递单号13912345678",
        "一共13812345678元",
        "The meeting is on 2024-05-03 at 10:30, room 12345.",
        "version 1.2.3.4, chapter 10.1.2.3.4",
        "card 4111 1111 1111 1112 is wrong",
        "GB82 WEST 1234 5698 7654 33",
        "std::vector<int> at 12:30:45, a::b",
        "ISBN 978-3-16-148410-0, part 536-90-43991",
        "12 Large Pizzas in Center Street",
        "in 1886, Robert Lane met them",
        "the 4 Seasons are great, 5 Golden Rings",
        "my wechat is working again",
        "listening on 127.0.0.1 and 0.0.0.0",
        "走中山路要27分钟，在3楼",
        "2f12de1a-0826-4576-8951-a78b4d5a2c11",
        "110105194912310021 is 18 digits",
        "I was there on May 3, 1990",
        "@joe said hi @ 5",
        "",
        "12345",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_half_a_thousand_messages_are_measured() -> None:
    """Made-up people write in both languages; the seed is one nothing was tuned on."""
    figures = measure(PII, messages())

    assert figures.recall >= 0.95, figures.missed
    assert figures.precision >= 0.9, figures.false
    for language in ("en", "zh"):
        alone = measure(PII, [message for message in messages() if message.language == language])
        assert min(alone.recall, alone.precision) >= 0.95, (alone.missed, alone.false)


def test_only_the_kinds_asked_for_are_found() -> None:
    emails = Context(name="test").create("recognizer", {"use": "pii", "kinds": "email"})

    assert [one.kind for one in emails.find("joe@example.com, +44 20 7946 0958")] == ["email"]


def test_a_kind_there_is_none_of_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no kind 'fone'"):
        Context(name="test").create("recognizer", {"use": "pii", "kinds": ["email", "fone"]})


def test_what_is_not_sure_enough_is_left_alone() -> None:
    strict = Context(name="test").create("recognizer", {"use": "pii", "least": 0.9})

    assert [one.kind for one in strict.find("joe@example.com, call 4155552671")] == ["email"]


def test_of_several_in_one_place_the_surest_counts_and_then_the_longest() -> None:
    a, b, c, d = (
        Recognized("a", 0, 10, 0.5),
        Recognized("b", 2, 6, 0.9),
        Recognized("c", 7, 9, 0.5),
        Recognized("d", 6, 9, 0.5),
    )

    assert without_overlaps([a, b, c, d]) == [b, d]


@given(
    spans=st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 9), st.sampled_from([0.5, 0.7, 1.0])).map(
            lambda drawn: Recognized("x", drawn[0], drawn[0] + drawn[1], drawn[2])
        ),
        max_size=20,
    )
)
def test_nothing_that_is_kept_overlaps_and_nothing_surer_goes_for_it(spans: list[Recognized]) -> None:
    kept = without_overlaps(spans)

    assert all(one.end <= other.start for one, other in pairwise(kept))
    for gone in set(spans) - set(kept):
        assert any(one.start < gone.end and gone.start < one.end and one.score >= gone.score for one in kept)


CHUNKS = """1 1- a@ a. a@a. (01) 中路 路1号 1: ::1 f: x://a: http://a:b wechat 微信 GB82 GB 0-1 +1 1990年1月 12Main 1.1.
    京A1 住在阳光 阳光花园 1号楼 省市区 [0] E1 a1- 0(1) QQ1 区区 市 Aa, born1/ passport1""".split()


@settings(max_examples=25, deadline=None)
@given(
    chunks=st.lists(
        st.sampled_from(
            [
                *CHUNKS,
                "12 ",
                " 1",
                "12 Main ",
                "Flat 1, ",
                "call 1 ",
                "12, Aa Bb ",
                "S1 6RT Cambridge, ",
                "1 Elm Street\nAa ",
            ]
        ),
        min_size=1,
        max_size=3,
    )
)
def test_a_long_text_of_almost_matches_takes_no_longer_than_any_other(chunks: list[str]) -> None:
    piece = "".join(chunks)
    text = piece * (80_000 // len(piece))

    spans = PII.find(text)  # within the time limit of a test: a pattern that goes wrong takes hours

    assert all(0 <= one.start < one.end <= len(text) for one in spans)


@given(text=st.text())
def test_any_text_is_looked_at(text: str) -> None:
    spans = PII.find(text)

    assert all(0 <= one.start < one.end <= len(text) and 0 < one.score <= 1 for one in spans)
