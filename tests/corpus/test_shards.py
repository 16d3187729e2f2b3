"""Shards: what is written is read, in any cut, and what is damaged is refused."""

import numpy as np
import pytest

from scratchgpt.corpus import Batches
from scratchgpt.corpus.shards import HEADER, fill_shards, open_shards, write_shards
from scratchgpt.errors import UserError

TOKENS = np.random.default_rng(0).integers(0, 300, 103)


@pytest.mark.parametrize("size", [1, 7, 50, 103, 200])
@pytest.mark.parametrize("vocab_size", [300, 70_000])
def test_tokens_come_back_in_any_cut(tmp_path, size, vocab_size):
    arrays = np.split(TOKENS, [3, 3, 40, 41])
    assert write_shards(iter(arrays), tmp_path / "new", vocab_size, size) == 103
    shards = open_shards(tmp_path / "new")
    assert len(shards.parts) == -(-103 // size)
    assert shards.vocab_size == vocab_size
    assert all(isinstance(part, np.memmap) for part in shards.parts)
    assert shards.parts[0].dtype == (np.uint16 if vocab_size <= 2**16 else np.uint32)
    assert len(shards) == 103
    np.testing.assert_array_equal(shards[:], TOKENS)
    np.testing.assert_array_equal(shards[95:200], TOKENS[95:])
    places = np.array([[0, 102], [50, 49]])
    np.testing.assert_array_equal(shards[places], TOKENS[places])


def test_batches_are_those_of_the_array(tmp_path):
    write_shards([TOKENS], tmp_path / "new", 300, 20)
    from_disk = open_shards(tmp_path / "new").batches(3, 8, seed=5)
    for n in (0, 1, 9):
        for one, other in zip(from_disk.at(n), Batches(TOKENS, 3, 8, 5).at(n), strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_file_is_a_line_of_json_and_the_bytes_of_the_tokens(tmp_path):
    write_shards([np.array([1, 258])], tmp_path / "new", 300)
    data = (tmp_path / "new" / "shard-00000.bin").read_bytes()
    assert data[HEADER:] == b"\x01\x00\x02\x01"
    assert data[:HEADER].startswith(b'{"format": "scratchgpt tokens 1", "tokens": 2, "dtype": "<u2"')
    assert data[HEADER - 1 : HEADER] == b"\n"


def damage(path, change):
    path.write_bytes(change(bytearray(path.read_bytes())))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda b: b[:-1], "it was cut"),
        (lambda b: b[:-1] + bytes([b[-1] ^ 1]), "not those that were written"),
        (lambda b: b"x" + b[1:], "is no shard of tokens"),
        (lambda b: b[:100], "is no shard of tokens"),
        (lambda b: b.replace(b"tokens 1", b"tokens 9"), "is no shard of tokens"),
        (lambda b: b.replace(b"<u2", b"<f2"), "is no shard of tokens"),
    ],
)
def test_a_damaged_shard_is_refused(tmp_path, change, complaint):
    write_shards([TOKENS], tmp_path / "new", 300)
    damage(tmp_path / "new" / "shard-00000.bin", change)
    with pytest.raises(UserError, match=complaint):
        open_shards(tmp_path / "new")


def test_what_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(UserError, match="between 0 and 300, expected 0 to 299"):
        write_shards([TOKENS, np.array([0, 300])], tmp_path / "new", 300, 10)
    with pytest.raises(UserError, match="no tokens to write"):
        write_shards([], tmp_path / "new", 300)
    with pytest.raises(UserError, match="0 tokens, expected an integer"):
        write_shards([TOKENS], tmp_path / "new", 300, 0)
    assert list(tmp_path.iterdir()) == []
    write_shards([TOKENS], tmp_path / "new", 300)
    with pytest.raises(UserError, match="exists already"):
        write_shards([TOKENS], tmp_path / "new", 300)


def test_a_shard_is_written_before_more_is_asked_for(tmp_path):
    def arrays():
        for number in range(10):
            assert len(list(tmp_path.iterdir())) == number * 10 // 25
            yield TOKENS[number * 10 : number * 10 + 10]

    assert fill_shards(arrays(), tmp_path, 300, 25) == 100


def test_a_shard_that_is_missing_is_noticed(tmp_path):
    write_shards([TOKENS], tmp_path / "new", 300, 40)
    (tmp_path / "new" / "shard-00001.bin").unlink()
    with pytest.raises(UserError, match=r"shard-00001.bin is missing"):
        open_shards(tmp_path / "new")


def test_more_shards_than_the_names_have_digits_keep_their_order(tmp_path, monkeypatch):
    write_shards([TOKENS], tmp_path / "new", 300, 10)
    monkeypatch.setattr("scratchgpt.corpus.shards.DIGITS", 1)
    write_shards([TOKENS], tmp_path / "short", 300, 10)
    assert (tmp_path / "short" / "shard-10.bin").exists()
    np.testing.assert_array_equal(open_shards(tmp_path / "short")[:], TOKENS)


def test_folders_without_shards_and_with_two_vocabularies_are_refused(tmp_path):
    with pytest.raises(UserError, match="no shards in"):
        open_shards(tmp_path)
    for number, size in enumerate((300, 301)):
        write_shards([TOKENS], tmp_path / str(size), size)
        (tmp_path / str(size) / "shard-00000.bin").rename(tmp_path / f"shard-{number:05d}.bin")
    with pytest.raises(UserError, match=r"vocabularies of \[300, 301\]"):
        open_shards(tmp_path)
    with pytest.raises(IndexError, match="place 103 to 103"):
        (tmp_path / "shard-00001.bin").unlink()
        open_shards(tmp_path)[np.array([103])]
