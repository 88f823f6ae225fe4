"""What a manifest holds against: damage, and other times."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.training import FileRecord, Manifest
from dialog_core.training.manifest import FORMAT, ManifestError

MANIFEST = Manifest(
    component="words",
    use="counts",
    fingerprint="0123456789abcdef0123",
    options={"data": "sha256:00", "scale": 0.1},
    metrics={"accuracy": 0.9333333333333333, "none": None},
    details={"threshold": 1e-17, "text": "你好 \U0001f600"},
    files={"a.json": FileRecord(size=3, mtime_ns=1_700_000_000_123_456_789, sha256="ab" * 32)},
)
TEXT = MANIFEST.to_text()


def test_it_comes_back_as_it_was_written() -> None:
    assert Manifest.from_text(TEXT) == MANIFEST


def test_a_text_that_no_file_can_hold_is_written_escaped() -> None:
    odd = MANIFEST.model_copy(update={"remarks": ("half a pair: \ud83d",)})
    assert odd.to_text().encode()
    assert Manifest.from_text(odd.to_text()) == odd


@given(st.integers(0, len(TEXT.encode()) - 1), st.integers(0, 255))
def test_whatever_byte_is_another_it_is_found_out_or_makes_no_difference(position: int, byte: int) -> None:
    data = bytearray(TEXT.encode())
    data[position] = byte
    try:
        found = Manifest.from_text(data.decode())
    except (ManifestError, UnicodeDecodeError):
        return
    assert found == MANIFEST


@given(st.integers(0, len(TEXT) - 1))
def test_a_truncated_one_is_found_out(length: int) -> None:
    with pytest.raises(ManifestError, match="is damaged"):
        Manifest.from_text(TEXT[:length])


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"format": "1"}', '{"format": 1}'])
def test_what_is_no_manifest_is_told_so(text: str) -> None:
    with pytest.raises(ManifestError, match="is damaged"):
        Manifest.from_text(text)


def test_a_newer_format_is_named() -> None:
    newer = json.dumps({**json.loads(TEXT), "format": FORMAT + 1, "novelty": True})
    with pytest.raises(ManifestError, match=rf"newer version of dialog-core \(format {FORMAT + 1}; this one reads"):
        Manifest.from_text(newer)
