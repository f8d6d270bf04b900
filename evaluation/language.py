"""`python -m evaluation.language`: how well requests are understood, by the encoder on sentences from templates that it was not trained on,
and by the whole offline interpreter on the table of utterances.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import weights
from chat.encoder.corpus import Sentence, Split, corpus
from chat.encoder.network import HEADS
from chat.encoder.reading import Encoder, Reading, load_encoder
from chat.interpretation import MOVES
from chat.offline import OfflineInterpreter
from evaluation import utterances

SENTENCES = 4_000
SEED = 1
CONFIDENCES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)


def head_accuracy(encoder: Encoder, sentences: Sequence[Sentence]) -> dict[str, tuple[int, float]]:
    """Per head, of the sentences that ask something of it: how many there are, and the share of right answers."""
    probabilities = encoder.probabilities([sentence.text for sentence in sentences])
    figures = {}
    for name in HEADS:
        chosen = [encoder.labels[name][index] for index in probabilities[name].argmax(1).tolist()]
        right = [label == sentence.labels[name] for label, sentence in zip(chosen, sentences, strict=True) if name in sentence.labels]
        figures[name] = len(right), sum(right) / len(right)
    return figures


def abstention(encoder: Encoder, sentences: Sequence[Sentence]) -> list[tuple[float, float, float, float]]:
    """Per least confidence: share of requests and replies that the encoder answers, share of these that are right in every respect, and
    share of the sentences not meant for it that it answers all the same.
    """
    meant, foreign = [], []
    for i, sentence in enumerate(sentences):
        move = MOVES[i % len(MOVES)]
        if move in sentence.labels:
            reading = encoder.read(sentence.text, move)
            speaks = reading.confidence if reading.reply.label != "none" else -1.0
            (foreign if sentence.labels[move] == "none" else meant).append((speaks, _right(reading, sentence, move)))
    rows = []
    for least in CONFIDENCES:
        answered = [right for confidence, right in meant if confidence >= least]
        mistaken = sum(confidence >= least for confidence, _ in foreign) / len(foreign)
        rows.append((least, len(answered) / len(meant), sum(answered) / max(len(answered), 1), mistaken))
    return rows


def _right(reading: Reading, sentence: Sentence, move: str) -> bool:
    labels = sentence.labels
    guesses = {"request_mode": reading.mode, "attribute": reading.attribute, "score_change_direction": reading.direction}
    guesses |= {"score_change_value": reading.value, "target_score": reading.target}
    matters = labels[move].endswith("request")
    return reading.reply.label == labels[move] and all(
        guess.label == labels[name] for name, guess in guesses.items() if matters and name in labels
    )


def milliseconds(encoder: Encoder, sentences: Sequence[Sentence]) -> float:
    """Mean time of reading one sentence."""
    began = time.perf_counter()
    for sentence in sentences:
        encoder.read(sentence.text)
    return 1000 * (time.perf_counter() - began) / len(sentences)


def report(encoder: Encoder, parts: Sequence[Split]) -> str:
    """Markdown tables for people to read."""
    sentences = {part: list(corpus(part, SENTENCES, SEED)) for part in parts}
    accuracies = {part: head_accuracy(encoder, sentences[part]) for part in parts}
    lines = ["| head | " + " | ".join(f"{part}: sentences | right" for part in parts) + " |", "|---" * (1 + 2 * len(parts)) + "|"]
    for name in HEADS:
        cells = (f"{count} | {share:.1%}" for count, share in (accuracies[part][name] for part in parts))
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    for part in parts:
        lines += ["", f"| {part}: confidence at least | answers | of these right | answers to what is not for it |", "|---|---|---|---|"]
        rows = abstention(encoder, sentences[part])
        lines += [f"| {least} | {answers:.1%} | {right:.1%} | {wrong:.1%} |" for least, answers, right, wrong in rows]
    return "\n".join([*lines, "", f"{milliseconds(encoder, sentences[parts[-1]][:200]):.1f} ms a sentence."])


def main() -> None:
    print(report(load_encoder(weights.find("language")), ("validation", "held_out")))
    print("\n" + utterances.report(OfflineInterpreter()))


if __name__ == "__main__":
    main()
