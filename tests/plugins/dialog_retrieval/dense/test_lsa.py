import json
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialog_core.interfaces import FittableEncoder
from dialog_core.testing import NASTY_TEXTS, make_context
from dialog_retrieval.dense.lsa import LsaEncoder
from dialog_retrieval.dense.options import LsaOptions

TEXTS = [
    "How long does delivery take?",
    "When will my parcel come?",
    "The delivery of a parcel takes two days",
    "How do I return something?",
    "Can I pay by card?",
    "When are you open?",
]


pairs = partial(combinations, r=2)


def fitted(texts: list[str] | None = None, *, seed: int = 0, **options: Any) -> LsaEncoder:
    encoder = LsaEncoder(LsaOptions(**options), make_context(seed=seed))
    encoder.fit(TEXTS if texts is None else texts)
    return encoder


def test_vectors_have_length_one_and_a_text_that_says_nothing_none() -> None:
    encoder = fitted()
    assert isinstance(encoder, FittableEncoder)
    for encode in (encoder.encode, encoder.encode_questions):
        lengths = np.linalg.norm(encode([*TEXTS, "", "?!", "qqqq"]), axis=1)
        assert lengths[:-3] == pytest.approx(1, abs=1e-4)
        assert lengths[-3:-1].tolist() == [0, 0]


def test_a_single_question_gets_the_vector_it_gets_among_others() -> None:
    encoder = fitted()
    together = encoder.encode_questions([*TEXTS, "bitcoin and cards"])
    for text, vector in zip([*TEXTS, "bitcoin and cards"], together, strict=True):
        assert np.allclose(encoder.encode_questions([text])[0], vector, atol=1e-3)


def test_words_used_alike_point_the_same_way() -> None:
    topics = {
        ("doctor", "physician"): ("patient", "hospital", "medicine", "illness"),
        ("card", "cheque"): ("bank", "shop", "price", "money"),
    }
    texts = [f"{name} {' '.join(pair)}" for names, words in topics.items() for name in names for pair in pairs(words)]
    doctor, physician, card = fitted(texts, dimensions=3, letters=0).encode(["doctor", "physician", "card"])
    assert doctor @ physician > 0.9 > 0.1 > abs(doctor @ card)


def test_a_cosine_says_how_much_of_the_question_an_entry_answers() -> None:
    encoder = fitted()
    (entry,) = encoder.encode(["Can I pay by card?"])
    whole, half, nothing = encoder.encode_questions(
        ["Can I pay by card?", "can I pay by card or with bitcoin and cash", "weather tomorrow"]
    )
    assert whole @ entry == pytest.approx(1, abs=1e-3)
    assert nothing @ entry < 0.2 < half @ entry < 0.8


def test_letters_see_through_typing_errors_and_can_be_left_out() -> None:
    with_letters, without = fitted(), fitted(letters=0)
    cosines = [
        float(encoder.encode(["delivery"])[0] @ encoder.encode_questions(["delivrey"])[0])
        for encoder in (with_letters, without)
    ]
    assert cosines[0] > 0.03
    assert cosines[1] == 0


def test_what_was_saved_gives_the_same_vectors(tmp_path: Path) -> None:
    encoder = fitted([*TEXTS, "half a \ud800 pair", "ﬁne İstanbul"])
    encoder.save(tmp_path)
    other = LsaEncoder(LsaOptions(), make_context())
    assert other.dimension == 0
    other.restore(tmp_path)
    assert other.identity == encoder.identity
    assert np.array_equal(other.encode(TEXTS), encoder.encode(TEXTS))
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".npz"]


def test_encoders_that_learnt_or_would_learn_otherwise_are_told_apart() -> None:
    unfitted = LsaEncoder(LsaOptions(), make_context())
    identities = {
        unfitted.identity,
        LsaEncoder(LsaOptions(letters=0.2), make_context()).identity,
        LsaEncoder(LsaOptions(), make_context(language="de")).identity,
        fitted().identity,
        fitted(TEXTS[:4]).identity,
    }
    assert len(identities) == 5
    assert fitted().identity == fitted().identity


@pytest.mark.parametrize("damage", ["json", "version", "columns", "npz", "missing"])
def test_damaged_files_are_refused(tmp_path: Path, damage: str) -> None:
    fitted().save(tmp_path)
    vocabulary, arrays = tmp_path / "vocabulary.json", tmp_path / "lsa.npz"
    told = json.loads(vocabulary.read_text())
    match damage:
        case "json":
            vocabulary.write_text("[")
        case "version":
            vocabulary.write_text(json.dumps({**told, "version": 99}))
        case "columns":
            vocabulary.write_text(json.dumps({**told, "words": {}}))
        case "npz":
            arrays.write_bytes(arrays.read_bytes()[:100])
        case "missing":
            arrays.unlink()
    with pytest.raises((OSError, ValueError, KeyError)):
        LsaEncoder(LsaOptions(), make_context()).restore(tmp_path)


@pytest.mark.parametrize("texts", [[], [""], ["😀", "?!"], ["one"], ["same", "same", "same"]])
def test_little_knowledge_is_no_trouble(texts: list[str]) -> None:
    encoder = fitted(texts)
    for text in (*texts, *NASTY_TEXTS.values()):
        for vector in (encoder.encode([text])[0], encoder.encode_questions([text])[0]):
            assert np.isfinite(vector).all()
            assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3) or not vector.any()


def test_chinese_is_told_apart() -> None:
    encoder = LsaEncoder(LsaOptions(), make_context(language="zh"))
    texts = ["怎么退货", "什么时候发货", "可以用支付宝付款吗"]
    encoder.fit(texts)
    cosines = encoder.encode_questions(["我想退掉货物"])[0] @ encoder.encode(texts).T
    assert cosines.argmax() == 0
