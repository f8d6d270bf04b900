"""An engine for tests that takes masks and words: it colours the mask, the brighter the more words there are. No research is in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from PIL import Image

from backends import BackendInfo, Latent, ParleyError
from backends.base import Option
from faces.drawn_masks import coloured


class Sketch:
    info = BackendInfo(
        "sketch", "Sketch", "Colours a mask.", "none", "MIT", resolution=64, attributes=("smile",), accepts_text=True, accepts_layout=True,
        options=(
            Option("effort", "Effort", ("little", "much"), "It makes no difference."),
            Option("balance", "Balance", ("even", "words", "mask"), "Whom to trust."),
        ),
    )  # fmt: skip

    def encode(self, image, *, generator=None, progress=None):
        if progress:
            progress(0, 1)
        return Latent("sketch", {"face": np.asarray(image.convert("RGB").resize((64, 64)))}, {"smile": 0.0})

    def edit(self, latent, plan, *, progress=None):
        latent.require("sketch")
        self.info.require(plan)
        return replace(latent, tensors={"face": latent.tensors["face"], "influence": self._influence(1, plan.options)}, plan=plan)

    def decode(self, latent, *, generator=None, progress=None):
        plan = latent.plan
        if plan.layout is None:
            return Image.fromarray(np.uint8(latent.tensors["face"] * (0.6 if plan.text else 1.0)))
        return self._drawn(plan.layout, plan.text, 0)

    def generate(self, text, mask, *, seeds, options, progress=None):
        if not text and mask is None:
            raise ParleyError("Nothing to draw.")
        pictures = []
        for number, seed in enumerate(seeds):
            if progress:
                progress(number, len(seeds))
            pictures.append(self._drawn(np.zeros((64, 64), np.uint8) if mask is None else mask, text, seed))
        return SimpleNamespace(pictures=pictures, seeds=tuple(seeds), influence=self._influence(len(seeds), options))

    @staticmethod
    def _drawn(mask, text, seed):
        tinted = np.asarray(coloured(mask).resize((64, 64), Image.Resampling.NEAREST), int) * 0.7 + 10 * len(text.split()) + seed
        return Image.fromarray(np.uint8(np.clip(tinted, 0, 255)))

    @staticmethod
    def _influence(count, options):
        """Falls from step to step, and to the right; higher where the mask is trusted."""
        start = {"words": 0.2, "mask": 0.8}.get(options.get("balance", "even"), 0.5)
        mask = start * np.linspace(1, 0.5, 6)[:, None, None, None] * np.linspace(1, 0.2, 8)
        mask = np.broadcast_to(mask, (6, count, 8, 8))
        return np.stack([mask, 1 - mask], axis=2)


INFO, load = Sketch.info, Sketch


def install(folder: Path) -> None:
    """Makes `folder`, once it is on Python's path, an installation of this engine."""
    (folder / "sketch.py").write_text(Path(__file__).read_text(encoding="utf-8"), encoding="utf-8")
    installed = folder / "sketch-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: sketch\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text("[parley.backends]\nsketch = sketch\n")
