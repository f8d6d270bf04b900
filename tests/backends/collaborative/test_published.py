"""The engine with the authors' weights, as far as a miniature of them shows it, and the words it reads."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from backends import ParleyError, collaborative
from backends.collaborative.published import MAX_TOKENS, PublishedWords
from tests.backends.collaborative.miniature import miniature_checkpoint

PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "this", "person", "has", "is", "a", "beard", "##ed", "##s", ".", ",", "-", "$", "cafe")


@pytest.fixture
def vocabulary(tmp_path: Path) -> Path:
    path = tmp_path / "vocab.txt"
    path.write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    return path


def spelt(words: PublishedWords, text: str) -> list[str]:
    return [PIECES[number] for number in words.tokens([text])[0].tolist() if number]


def test_words_fall_into_the_longest_known_pieces(vocabulary: Path) -> None:
    words = PublishedWords(vocabulary)
    assert spelt(words, "This person's Bearded, café-$.") == [
        *("[CLS]", "this", "person", "[UNK]", "[UNK]", "beard", "##ed", ",", "cafe", "-", "$", ".", "[SEP]")
    ]
    assert spelt(words, "") == ["[CLS]", "[SEP]"]


def test_captions_are_cut_before_the_end_mark(vocabulary: Path) -> None:
    ids = PublishedWords(vocabulary).tokens(["beard " * 200, "beard"])
    assert ids.shape == (2, MAX_TOKENS)
    assert ids[0, -1] == PIECES.index("[SEP]") and ids[0, -2] == PIECES.index("beard")
    assert ids[1].tolist() == [2, 9, 3] + [0] * (MAX_TOKENS - 3)


def test_captions_speak_of_beard_and_age(vocabulary: Path) -> None:
    words = PublishedWords(vocabulary)
    captions = {words.caption_of({"beard": beard, "age": age, "smile": 3}) for beard in range(6) for age in range(6)}
    assert len(captions) == 36
    assert words.caption_of({"smile": 3, "beard": 0.4}, "red hair") == "this person has no beard. red hair"


def test_another_file_is_no_vocabulary(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("a\nb\n")
    with pytest.raises(ParleyError, match=r"words\.txt .* \[PAD\]"):
        PublishedWords(path)


def test_published_weights_win_where_they_are_named(tmp_path: Path, vocabulary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save({"state_dict": miniature_checkpoint(), "global_step": 1}, tmp_path / "256_codiff_mask_text.ckpt")
    monkeypatch.setenv("PARLEY_COLLABORATIVE_256", str(tmp_path / "256_codiff_mask_text.ckpt"))
    with pytest.raises(ParleyError, match="PARLEY_BERT_VOCABULARY"):
        collaborative.load()
    monkeypatch.setenv("PARLEY_BERT_VOCABULARY", str(vocabulary))
    engine = collaborative.load()
    assert engine.info.resolution == 256 and "non-commercial" in engine.info.licence
    assert engine.generate("a beard", None, seeds=(1,)).pictures[0].size == (256, 256)
