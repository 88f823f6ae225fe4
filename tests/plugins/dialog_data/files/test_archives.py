"""Archives, and what they must not do."""

import bz2
import gzip
import io
import lzma
import os
import random
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_data.files import unpacking
from dialog_data.files.archives import opened

Files = Mapping[str, bytes]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory for what is unpacked; each test sees that nothing is left in it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def contents(path: Path, temporary: Path) -> dict[str, bytes]:
    with opened(path) as files:
        assert [file.name for file in files] == sorted(file.name for file in files)
        found = {file.name: file.path.read_bytes() for file in files}
    assert not list(temporary.iterdir())
    return found


def refused(path: Path, temporary: Path) -> str:
    with pytest.raises(ConfigurationError) as raised, opened(path):
        pass
    assert not list(temporary.iterdir())
    (problem,) = raised.value.problems
    assert problem.file is not None
    assert problem.file.name == path.name
    return problem.message + "|" + problem.remedy


def zipped(files: Files, **options: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, **options) as archive:  # type: ignore[arg-type]
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def tarred(files: Files, mode: str = "w:gz") -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


FILES = {"corpus/test.txt": b"three", "corpus/train.txt": b"one two"}


@pytest.mark.parametrize("pack", [zipped, tarred, partial(tarred, mode="w"), partial(tarred, mode="w:xz")])
def test_archives_of_every_kind_hold_the_same(tmp_path: Path, temporary: Path, pack: Callable[[Files], bytes]) -> None:
    hidden = {"__MACOSX/corpus/._train.txt": b"x", ".git/config": b"x", "corpus/.DS_Store": b"x"}
    path = tmp_path / "corpus.anything"
    path.write_bytes(pack({**FILES, **hidden}))
    assert contents(path, temporary) == FILES


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_file_is_the_file(tmp_path: Path, temporary: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "chats.jsonl.gz"
    path.write_bytes(pack(b"{}"))
    assert contents(path, temporary) == {"chats.jsonl": b"{}"}
    with opened(path) as (file,):
        assert file.shown == path
        assert file.path.suffix == ".jsonl"


def test_archives_in_archives_are_opened_too(tmp_path: Path, temporary: Path) -> None:
    path = tmp_path / "dailydialog.zip"
    path.write_bytes(zipped({"d/train.zip": zipped({"train/a.txt": b"a"}), "d/b.txt.gz": gzip.compress(b"b")}))
    assert contents(path, temporary) == {"d/b.txt": b"b", "d/train.zip/train/a.txt": b"a"}
    with opened(path) as files:
        assert [str(file.shown.relative_to(tmp_path)) for file in files][1] == "dailydialog.zip/d/train.zip/train/a.txt"


def test_a_folder_gives_its_files_and_what_is_in_its_archives(tmp_path: Path, temporary: Path) -> None:
    folder = tmp_path / "data"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub/a.txt").write_bytes(b"a")
    (folder / ".hidden").write_bytes(b"x")
    (folder / "train.zip").write_bytes(zipped(FILES))
    (folder / "named.txt").write_bytes(zipped(FILES))
    found = contents(folder, temporary)
    assert list(found) == ["named.txt", "sub/a.txt", "train.zip/corpus/test.txt", "train.zip/corpus/train.txt"]


def test_documents_that_are_archives_inside_stay_whole(tmp_path: Path, temporary: Path) -> None:
    document = zipped({"word/document.xml": b"<a/>"})
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.docx": document, "b.rar": b"Rar!\x1a\x07"}))
    assert contents(path, temporary) == {"a.docx": document, "b.rar": b"Rar!\x1a\x07"}


def test_a_pipe_is_refused_before_anything_is_taken_from_it(tmp_path: Path, temporary: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is not an ordinary file" in refused(tmp_path / "pipe", temporary)


def test_a_file_is_itself(tmp_path: Path, temporary: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"PK is how it begins")
    assert contents(path, temporary) == {"a.txt": b"PK is how it begins"}
    assert "there is no such file" in refused(tmp_path / "b.txt", temporary)


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/etc/evil", "..\\evil", "C:\\evil", "C:/evil", "a/.."])
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_no_file_gets_out_of_its_archive(
    tmp_path: Path, temporary: Path, pack: Callable[[Files], bytes], name: str
) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(pack({"good.txt": b"good", name: b"evil"}))
    assert "which leads out of the archive" in refused(path, temporary)
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(tmp_path: Path, temporary: Path, kind: bytes) -> None:
    path = tmp_path / "a.tgz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("link")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    assert "which is a link or no file at all" in refused(path, temporary)


def test_links_in_zip_archives_are_refused(tmp_path: Path, temporary: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        member = zipfile.ZipInfo("link")
        member.create_system, member.external_attr = 3, 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    assert "which is a link" in refused(path, temporary)


BOMB = b"0" * 3_000_000
BOMBS: Mapping[str, Callable[[], bytes]] = {
    "zip": lambda: zipped({"a.txt": BOMB}),
    "zip in zip": lambda: zipped({"a.zip": zipped({"b.txt": BOMB})}),
    "many files": lambda: zipped({f"{number}.txt": BOMB[:300_000] for number in range(10)}),
    "tar": lambda: tarred({"a.txt": BOMB}),
    "gz": lambda: gzip.compress(BOMB),
    "gz in gz": lambda: gzip.compress(gzip.compress(BOMB)),
    "a name without end": lambda: tarred({"a" * 900_000: b"a"}),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused_while_they_are_small(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch, bomb: Callable[[], bytes]
) -> None:
    monkeypatch.setattr(unpacking, "ALWAYS_FREE", 500_000)
    monkeypatch.setattr(unpacking, "_CHUNK", 10_000)
    path = tmp_path / "bomb.gz.gz"
    path.write_bytes(bomb())
    assert "times its size, as archives do that are to do harm" in refused(path, temporary)


def test_what_really_comes_out_is_counted_and_not_what_the_archive_says(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "ALWAYS_FREE", 500_000)
    path = tmp_path / "bomb.zip"
    content = zipped({"a.txt": BOMB})
    size = struct.pack("<L", len(BOMB))
    assert content.count(size) == 2  # before the file, and in the directory
    path.write_bytes(content.replace(size, struct.pack("<L", 10)))
    assert "damaged" in refused(path, temporary)


def test_an_archive_that_shrinks_as_data_does_is_no_bomb(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "ALWAYS_FREE", 1000)
    lines = b"".join(b'{"id": %d, "turns": [{"role": "user", "text": "hello"}]}\n' % number for number in range(9999))
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.jsonl": lines}))
    assert len(lines) > 8 * path.stat().st_size
    assert contents(path, temporary) == {"a.jsonl": lines}


def test_too_many_files_too_many_bytes_and_too_many_archives_within_each_other_are_refused(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({f"{number}": b"" for number in range(11)}))
    with monkeypatch.context() as patch:
        patch.setattr(unpacking, "MAX_FILES", 10)
        assert "holds more than 10 files" in refused(path, temporary)
        path.write_bytes(tarred({f"{number}": b"" for number in range(11)}))
        assert "holds more than 10 files" in refused(path, temporary)
    with monkeypatch.context() as patch:
        patch.setattr(unpacking, "MAX_TOTAL", 2 * 1024**3)
        patch.setattr(unpacking, "ALWAYS_FREE", 1 << 60)
        count = unpacking.Unpacker.count
        patch.setattr(unpacking.Unpacker, "count", lambda self, size: count(self, size * 1024**3))
        path.write_bytes(tarred(FILES))
        assert "holds more than 2 GB" in refused(path, temporary)
    content = b"x"
    for _ in range(4):
        content = zipped({"a.zip": content})
    path.write_bytes(content)
    assert "archives within archives, more than 3 deep" in refused(path, temporary)


def test_a_full_disk_is_told_before_it_is_full(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(FILES))
    monkeypatch.setattr(unpacking, "SPARE", 1 << 60)
    assert "does not fit on the disk" in refused(path, temporary)


@pytest.mark.parametrize("pack", [zipped, tarred, lambda files: gzip.compress(b"some text" * 1000)])
def test_damaged_archives_are_told_as_such(tmp_path: Path, temporary: Path, pack: Callable[[Files], bytes]) -> None:
    content = pack({"a.txt": bytes(range(256)) * 50})
    path = tmp_path / "a.zip"
    path.write_bytes(content[: len(content) * 2 // 3])
    assert "is damaged or cut off" in refused(path, temporary)
    path.write_bytes(content[:40] + bytes(byte ^ 0x55 for byte in content[40:60]) + content[60:])
    assert "is damaged or cut off" in refused(path, temporary)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("pack", [zipped, tarred, partial(tarred, mode="w")])
def test_no_damage_ends_in_a_traceback(tmp_path: Path, temporary: Path, pack: Callable[[Files], bytes]) -> None:
    chance = random.Random(0)
    content = pack({**FILES, "ü" * 80 + ".zip": zipped(FILES)})
    path = tmp_path / "a.zip"
    for _ in range(300):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 1, 2, 5))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        with suppress(ConfigurationError), opened(path):
            pass
    assert not list(temporary.iterdir())


def test_a_damaged_archive_in_an_archive_is_named(tmp_path: Path, temporary: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"train.zip": zipped(FILES)[:-10]}))
    assert "the archive in train.zip is damaged" in refused(path, temporary)


def test_encrypted_archives_are_told_as_such(tmp_path: Path, temporary: Path) -> None:
    content = bytearray(zipped({"a.txt": b"secret"}))
    content[6] |= 1  # the flag before the file
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert "is encrypted|Unpack it yourself" in refused(path, temporary)


@pytest.mark.parametrize(("magic", "name"), [(b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07\x00", "RAR")])
def test_archives_of_other_kinds_are_named(tmp_path: Path, temporary: Path, magic: bytes, name: str) -> None:
    path = tmp_path / "a.7z"
    path.write_bytes(magic + bytes(1000))
    assert f"is a {name} archive, which is not read" in refused(path, temporary)


def test_names_in_odd_encodings_are_no_obstacle(tmp_path: Path, temporary: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w", encoding="gb18030") as archive:
        member = tarfile.TarInfo("你好/训练.txt")
        member.size = 2
        archive.addfile(member, io.BytesIO(b"ok"))
    assert list(contents(path, temporary).values()) == [b"ok"]
    with opened(path) as (file,):
        file.name.encode()  # it can be printed
        str(file.shown).encode()


def test_a_name_that_stands_there_twice_is_refused(tmp_path: Path, temporary: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "one")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.txt", "two")
    assert "holds 'a.txt' twice" in refused(path, temporary)


def test_a_file_without_a_name_is_refused(tmp_path: Path, temporary: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({".": b"x"}))
    assert "holds a file without a name" in refused(path, temporary)


def test_nothing_is_left_where_reading_fails(tmp_path: Path, temporary: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(FILES))

    def interrupted() -> None:
        with opened(path) as files:
            assert files[0].path.exists()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not list(temporary.iterdir())
