"""The language encoder: to the authors' own figures, as trained here, and the sentences that it is trained on."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
import tomllib
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import weights
from chat.encoder import corpus as corpus_module
from chat.encoder import reading
from chat.encoder.corpus import corpus, splits, training_vocabulary
from chat.encoder.labels import PUBLISHED, SHIPPED
from chat.encoder.network import HEADS, Committee, EncoderConfig, LanguageEncoder, network_from
from chat.encoder.reading import Guess, Reading, load_encoder
from chat.encoder.vocabulary import SPECIAL, UNKNOWN, Vocabulary, split, split_published
from chat.interpretation import MOVES
from errors import ParleyError
from evaluation.language import abstention, head_accuracy

GOLDEN = Path(__file__).parent / "golden" / "language_encoder.safetensors"
PUBLISHED_CONFIG = EncoderConfig(229, 300, 1024, 256, {name: len(PUBLISHED[name]) for name in HEADS})
WORDS = {"make": 119, "the": 192, "bangs": 20, "slightly": 173, "longer": 115, "i": 97, "want": 215, "a": 5, "smile": 175, ";": 3, "?": 4}
"""Some of the authors' words and their numbers, as far as the golden sentences show them."""


@pytest.fixture(scope="module")
def golden() -> dict[str, torch.Tensor]:
    """Inputs and outputs computed by the authors' code: a small network with its weights, and the full size with weights by a rule."""
    return load_file(GOLDEN)


def small_state(golden: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {key.removeprefix("small."): value for key, value in golden.items() if key.startswith("small.")}


def formula_weight(key: str, shape: torch.Size) -> torch.Tensor:
    """The rule that the golden figures of the full size were computed with."""
    if key.endswith("num_batches_tracked"):
        return torch.tensor(0)
    a = np.random.RandomState(zlib.crc32(f"language/{key}".encode())).standard_normal(math.prod(shape)).astype(np.float32).reshape(shape)
    r = torch.from_numpy(a)
    if ".bn." in key:
        return {"weight": 1 + 0.1 * r, "bias": 0.1 * r, "running_mean": 0.1 * r, "running_var": (0.2 * r).exp()}[key.rpartition(".")[2]]
    if "bias" in key:
        return 0.1 * r
    return r if key.endswith("word2vec.weight") else r * math.sqrt(2.0 / math.prod(shape[1:]))


def joined(logits: dict[str, torch.Tensor]) -> torch.Tensor:
    return torch.cat([logits[name] for name in HEADS], dim=1)


@torch.inference_mode()
def test_small_network_computes_the_published_figures(golden):
    network = network_from(small_state(golden))
    padded = golden["golden.small_ids_padded"]
    torch.testing.assert_close(network.lstm(padded), golden["golden.small_lstm_hidden_padded"], rtol=0, atol=1e-5)
    together = joined(network(padded))
    torch.testing.assert_close(together, golden["golden.small_out_padded"], rtol=1e-4, atol=1e-5)
    for row, ids in enumerate(padded):
        alone = joined(network(ids[ids != 0][None]))
        torch.testing.assert_close(alone, golden[f"golden.small_out_{row}"], rtol=1e-4, atol=1e-5)


@torch.inference_mode()
def test_full_network_computes_the_published_figures(golden):
    with torch.device("meta"):
        state = LanguageEncoder(PUBLISHED_CONFIG).state_dict()
    assert len(state) == 90
    assert sum(value.numel() for key, value in state.items() if ".bn.r" not in key and "tracked" not in key) == 16_271_999
    network = network_from({key: formula_weight(key, value.shape) for key, value in state.items()})
    assert network.config == PUBLISHED_CONFIG
    torch.testing.assert_close(joined(network(golden["golden.full_ids"])), golden["golden.full_out"], rtol=5e-4, atol=1e-5)


@torch.inference_mode()
@pytest.mark.parametrize("both_ways", [False, True])
def test_states_after_every_word_are_pooled_and_padding_is_left_out(both_ways):
    config = EncoderConfig(20, 6, 8, 5, {name: len(SHIPPED[name]) for name in HEADS}, pooled=True, both_ways=both_ways)
    torch.manual_seed(0)
    network = network_from(LanguageEncoder(config).state_dict())
    assert network.config == config
    padded = torch.tensor([[4, 5, 6, 7], [8, 9, 0, 0], [10, 0, 0, 0]])
    together = network.lstm(padded)
    for row, ids in zip(together, padded, strict=True):
        torch.testing.assert_close(row, network.lstm(ids[ids != 0][None])[0])
    last, mean, maximum = together.chunk(3, dim=1)
    assert (maximum >= mean - 1e-6).all() and torch.allclose(last[2], mean[2]) and not torch.allclose(last[0], mean[0])


@torch.inference_mode()
def test_committee_averages_its_members_and_is_read_back():
    sizes = {name: len(SHIPPED[name]) for name in HEADS}
    torch.manual_seed(0)
    others = EncoderConfig(20, 6, 7, 4, sizes, pooled=True), EncoderConfig(20, 6, 5, 4, sizes, both_ways=True)
    committee = Committee([EncoderConfig(20, 6, 8, 5, sizes), *others]).eval()
    read = network_from(committee.state_dict())
    assert [member.config for member in read.members] == [member.config for member in committee.members]
    ids = torch.tensor([[4, 5, 6, 7], [8, 9, 0, 0]])
    first, second, third = (member(ids)["attribute"].softmax(1) for member in read.members)
    expected = (first * second * third).pow(1 / 3)
    torch.testing.assert_close(read(ids)["attribute"].softmax(1), expected / expected.sum(1, keepdim=True))
    with pytest.raises(ParleyError, match="lacks tensors"):
        network_from({key: value for key, value in committee.state_dict().items() if not key.startswith("members.1.start")})


def test_published_words_are_split_as_the_authors_do():
    tokens = list(SPECIAL) + [f"word {i}" for i in range(4, 229)]
    for word, number in WORDS.items():
        tokens[number] = word
    vocabulary = Vocabulary(tuple(tokens), published=True)
    assert vocabulary.encode("Make the bangs slightly longer.") == ([119, 192, 20, 173, 115], ())
    assert split_published("No, that's enough. Thanks!") == ["no", "that's", "enough", "thanks"]
    numbers, unknown = vocabulary.encode("I want  a  zorblax smile;?")
    assert numbers == [97, 215, 3, 5, 3, 3, 175, 3, 4]
    assert "zorblax" in unknown


def test_words_forgive_slips_but_not_strangers():
    vocabulary = Vocabulary((*SPECIAL, "a", "beard", "eyeglasses", "glasses", "longer", "older", "10", "65"))
    assert vocabulary.encode("LONGR béard, galsses!")[0] == [8, 5, 7]
    assert vocabulary.encode("eyeglases")[0] == vocabulary.encode("eyeglasses")[0]
    assert vocabulary.encode("berd")[0] == vocabulary.encode("beard")[0]
    assert vocabulary.encode("bread grasses bold bear eyelashes")[0] == [UNKNOWN] * 5
    assert vocabulary.encode("")[0] == vocabulary.encode("…")[0] == [UNKNOWN]
    both = Vocabulary((*SPECIAL, "beard", "board"))
    assert both.encode("baard beards board") == ([4, 4, 5], ("baard",))  # the commoner one, but not believed
    assert split("I'd say 67, or 10 – 40%") == ["id", "say", "65", "or", "10", "40", "percent"]


def published_file(folder: Path, vocabulary_size: int = 229) -> Path:
    """A file as the authors' training writes it, with random weights of a smaller size."""
    network = LanguageEncoder(EncoderConfig(229, 8, 12, 6, {name: len(PUBLISHED[name]) for name in HEADS}))
    path = folder / "language_encoder.pth.tar"
    torch.save({"epoch": 3, "best_val_acc": np.float64(0.9), "state_dict": network.state_dict(), "optimizer": {"state": {}}}, path)
    tokens = [*SPECIAL, *sorted(f"word{i}" for i in range(vocabulary_size - 4))]
    (folder / "vocab.json").write_text(json.dumps({"text_token_to_idx": {token: i for i, token in enumerate(tokens)}}))
    return path


def test_published_file_is_read_with_the_vocabulary_beside_it(tmp_path, monkeypatch):
    encoder = load_encoder(published_file(tmp_path))
    found = encoder.read("word7 word8 nonsense", "suggestion")
    assert found.reply.label in PUBLISHED["suggestion"] and found.unknown == ("nonsense",)
    assert found.attribute.label in PUBLISHED["attribute"]
    (tmp_path / "vocab.json").rename(tmp_path / "other.json")
    with pytest.raises(ParleyError, match="PARLEY_LANGUAGE_VOCABULARY"):
        load_encoder(tmp_path / "language_encoder.pth.tar")
    monkeypatch.setenv("PARLEY_LANGUAGE_VOCABULARY", str(tmp_path / "other.json"))
    assert load_encoder(tmp_path / "language_encoder.pth.tar").read("word7").unknown == ()


def test_files_that_do_not_fit_are_a_sentence(tmp_path):
    with pytest.raises(ParleyError, match="has 228 words, but the language encoder was trained with 229"):
        load_encoder(published_file(tmp_path, vocabulary_size=228))
    (tmp_path / "vocab.json").write_text("[1, 2]")
    with pytest.raises(ParleyError, match="cannot be read"):
        load_encoder(tmp_path / "language_encoder.pth.tar")
    damaged = tmp_path / "language.safetensors"
    damaged.write_bytes(weights.find("language").read_bytes()[:-1000])
    with pytest.raises(ParleyError, match="damaged"):
        load_encoder(damaged)
    with pytest.raises(ParleyError, match="not a language encoder's"):
        load_encoder(weights.find("degrees"))
    state, metadata = weights.load(weights.find("language"))
    weights.save(damaged, state, metadata | {"vocabulary": metadata["vocabulary"][:-1]})
    with pytest.raises(ParleyError, match="heads or words"):
        load_encoder(damaged)
    state.pop("members.0.lstm.rnn.bias_ih_l1")
    with pytest.raises(ParleyError, match="lacks tensors"):
        network_from(state)


def test_templates_are_many_and_belong_to_one_split():
    parts = list(splits().values())
    assert len(parts) >= 9000
    assert parts.count("held_out") >= 650 and parts.count("validation") >= 500


def test_a_new_batch_moves_no_template_to_another_split(monkeypatch):
    written = corpus_module._batches
    before = splits()
    grown = {"templates": [*written("replies")["yes"]["templates"], [f"a new word of consent {i}" for i in range(20)]]}
    monkeypatch.setattr(corpus_module, "_batches", lambda name: written(name) | ({"yes": grown} if name == "replies" else {}))
    after = splits.__wrapped__()
    assert len(after) == len(before) + 20 and before.items() <= after.items()


def added(name: str) -> list[str]:
    return [template for batch in corpus_module._lists(corpus_module._batches(name)) for template in batch]


def practised() -> list[str]:
    return [template for name, part in corpus_module.ADDED.items() if part == "training" for template in added(name)]


def test_what_was_added_belongs_to_one_split_and_says_what_no_other_can():
    for name, part in corpus_module.ADDED.items():
        assert {splits()[template] for template in added(name)} == {part}
        assert set(corpus_module._batches(name)) <= set(corpus_module.FILES)
        files = [corpus_module._file(other) for other in corpus_module.FILES]
        nowhere = set(corpus_module._batches("amended")["nowhere"]["templates"])
        assert set(added(name)) - nowhere <= {template for file in files for batch in corpus_module._lists(file) for template in batch}
    author = corpus_module._Author("training", random.Random(0))
    said = [corpus_module._saying(author._worded(template)) for template in practised()]
    assert len(said) > 12_500 and sum(saying in corpus_module._reserved() for saying in said) <= len(said) / 200


def test_what_readers_amended_stands_where_they_have_it_and_in_its_split():
    amended = corpus_module._batches("amended")
    moved = {template: kind for kind, entry in amended["replies"].items() for template in entry["templates"]}
    moved |= dict.fromkeys(amended["off_topic"]["templates"], "off_topic") | dict.fromkeys(amended["nowhere"]["templates"])
    assert len(moved) == sum(len(added) for added in corpus_module._lists(amended)) and moved.keys() <= splits().keys()
    replies = {kind: entry["templates"] for kind, entry in corpus_module._file("replies").items() if "templates" in entry}
    kinds = replies | {"off_topic": corpus_module._file("off_topic")["templates"]}
    for template, kind in moved.items():
        assert [name for name, templates in kinds.items() if template in templates] == [kind] * (kind is not None)
    drawn = {template for part in ("training", "held_out") for sentence in corpus(part, 2000, seed=5) for template in sentence.templates}
    assert drawn & moved.keys() and not drawn & set(amended["nowhere"]["templates"])


def test_splits_hardly_share_a_sentence():
    practice = set(practised())
    parts: dict[tuple[str, ...], set[str]] = {}
    for template, part in splits().items():
        for saying in corpus_module._sayings(template) if template not in practice else ():
            parts.setdefault(saying, set()).add(part)
    assert sum(len(found) > 1 for found in parts.values()) <= len(parts) / 500


def test_other_words_leave_contractions_whole():
    author = corpus_module._Author("training", random.Random(0))
    assert len({author._in_other_words("he won") for _ in range(200)}) > 2
    assert {author._in_other_words("i won't") for _ in range(200)} == {"i won't"}


def test_synonyms_say_the_same_degree():
    files = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in corpus_module.FOLDER.glob("*.toml")}
    degrees: dict[str, set[str]] = {}
    for name, entries in ((name, entry) for file in files.values() for name, entry in file.get("pools", {}).items()):
        if name[-1].isdecimal():
            for entry in entries:
                degrees.setdefault(entry, set()).add(name[-1])
    for group in files["synonyms"]["groups"]:
        assert len(set().union(*(degrees.get(phrase, set()) for phrase in group))) <= 1, group


@pytest.mark.parametrize("part", ["training", "validation", "held_out"])
def test_corpus_is_labelled_and_keeps_to_its_split(part):
    sentences = list(corpus(part, 1500, seed=7))
    assert sentences == list(corpus(part, 1500, seed=7)) != list(corpus(part, 1500, seed=8))
    for sentence in sentences:
        assert sentence.text.strip() and not set("{}[]|#") & set(sentence.text)
        assert {splits()[template] for template in sentence.templates} == {part}
        labels = sentence.labels
        assert all(label in SHIPPED[head] for head, label in labels.items())
        mode = labels["request_mode"]
        assert ("attribute" in labels) == (mode in ("definite", "indefinite", "target"))
        assert ("score_change_direction" in labels) == (mode in ("definite", "indefinite"))
        assert ("score_change_value" in labels) == (mode == "definite")
        assert ("target_score" in labels) == (mode == "target")
    for head in HEADS:
        assert {sentence.labels.get(head) for sentence in sentences} - {None} == set(SHIPPED[head])


def test_familiar_things_and_words_that_decide():
    familiar = set(corpus_module._file("off_topic")["pools"]["familiar"])
    assert not familiar & {"beard", "bangs", "fringe", "glasses", "smile", "age"}
    vocabulary, decisive = training_vocabulary().tokens, corpus_module.decisive_words()
    assert familiar <= set(vocabulary)
    assert {"beard", "fringe", "sunglasses", "smile", "older", "two", "yes", "no"} <= decisive
    assert len(set(vocabulary) - decisive) > len(vocabulary) / 3


def labels_of(word: str) -> dict[str, str]:
    author = corpus_module._Author(splits()[word], random.Random(0))
    author.replies = {word: author.replies[word] | {"templates": [word]}}
    sentence = author._reply()
    assert sentence.text == word
    return dict(sentence.labels)


def test_same_word_means_another_thing_after_another_move():
    assert labels_of("yes") == {"start": "none", "suggestion": "yes", "whether_enough": "yes", "whats_next": "none", "request_mode": "none"}
    found = labels_of("no")
    assert {move: found[move] for move in MOVES[1:]} == {"suggestion": "no", "whether_enough": "no", "whats_next": "end"}


def test_shipped_weights_understand_templates_they_never_saw():
    path = weights.find("language")
    assert path.stat().st_size <= 2.8 * 2**20
    encoder = load_encoder(path)
    assert encoder.labels == SHIPPED and encoder.vocabulary == training_vocabulary()
    figures = head_accuracy(encoder, list(corpus("held_out", 1000, seed=2)))
    assert all(share >= 0.94 for _, share in figures.values()), figures
    assert sum(share for _, share in figures.values()) / len(figures) >= 0.97


def test_shipped_weights_keep_silent_on_what_is_not_for_them():
    rows = abstention(load_encoder(weights.find("language")), list(corpus("held_out", 1000, seed=3)))
    answered, right, mistaken = next(row[1:] for row in rows if row[0] == 0.9)
    assert answered >= 0.85 and right >= 0.97 and mistaken <= 0.03


def test_shipped_weights_read_a_conversation():
    asked = reading.read("Could you lengthen her fringe a tiny bit?")
    assert asked.is_request and asked.attribute.label == "bangs" and asked.step().operation == "change" and asked.step().amount == 1
    assert reading.read("let her burst out laughing").step().attribute == "smile"
    assert reading.read("yes please", "suggestion").reply.label == reading.read("yes please", "whether_enough").reply.label == "yes"
    assert reading.read("nothing else, thank you", "whats_next").reply.label == "end"
    assert not reading.read("what is the weather like in Paris").is_request


def test_reading_becomes_a_step():
    def guess(label: str, probability: float = 0.9) -> Guess:
        return Guess(label, probability)

    change = Reading(guess("request"), guess("definite"), guess("same", 0.6), guess("less"), guess("2"), guess("5", 0.2))
    assert change.confidence == 0.6
    assert change.step() is None
    step = change.step(same="beard")
    assert (step.attribute, step.operation, step.amount) == ("beard", "change", -2.0)
    target = Reading(guess("no_request"), guess("target"), guess("smile"), guess("less", 0.1), guess("2", 0.1), guess("5"))
    assert target.confidence == 0.9 and (target.step().operation, target.step().amount) == ("set", 5.0)
    reply = Reading(guess("yes", 0.7), guess("none"), guess("smile"), guess("less"), guess("2"), guess("5"))
    assert reply.step() is None and reply.confidence == 0.7


def test_importing_brings_no_torch():
    program = "import sys, chat.encoder; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=Path(weights.__file__).parent).returncode == 0
