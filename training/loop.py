"""The one training loop: time-limited, resumable, with an exponential moving average, sample sheets, and the best weights kept."""

from __future__ import annotations

import copy
import json
import math
import os
import time
from pathlib import Path
from typing import Protocol

import torch
from PIL import Image
from torch import Tensor, nn
from tqdm import tqdm

import weights
from precision import half_precision

EMA_DECAY = 0.999
"""Of the weights' moving average, for recipes that name no `ema_decay` of their own."""
BETAS = (0.9, 0.98)
"""Adam's, for recipes that name no `betas` of their own."""
WARM_UP_STEPS = 100
"""For recipes that name no `warm_up_steps` of their own."""
VALIDATE_EVERY = 4.0
"""Minutes; short runs validate four times."""
FINAL_RATE = 0.03
"""The learning rate falls along a cosine to this share of its peak by the end of the run."""


class Recipe(Protocol):
    """What differs from one network to the next."""

    name: str
    network: nn.Module
    learning_rate: float
    batch_size: int

    def prepare(self, device: torch.device) -> None:
        """Loads data and frozen networks; called once, before anything else."""

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        """A random training batch, on the device."""

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor: ...

    def validate(self, network: nn.Module) -> dict[str, float]:
        """Figures on validation faces; `loss` among them decides which weights are best (lowest)."""

    def sheet(self, network: nn.Module) -> Image.Image:
        """A picture to look at."""

    def export(self, network: nn.Module) -> None:
        """Writes the network to assets/weights/."""


def train(recipe: Recipe, *, minutes: float, device: torch.device, folder: Path, seed: int = 0) -> None:
    """Trains for `minutes` more, continuing from `folder`/state.pt where that exists.

    Writes log.jsonl, sheet.png and state.pt to the folder, and exports the best EMA weights whenever they improve, on a new machine on
    what the recipe began with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    recipe.prepare(device)
    network = recipe.network.to(device, memory_format=torch.channels_last)
    ema = copy.deepcopy(network).eval().requires_grad_(False)
    optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.learning_rate, betas=getattr(recipe, "betas", BETAS), weight_decay=0.01)
    warm_up_steps, ema_decay = getattr(recipe, "warm_up_steps", WARM_UP_STEPS), getattr(recipe, "ema_decay", EMA_DECAY)
    progress = {"step": 0, "minutes": 0.0, "best": math.inf}
    checkpoint = folder / "state.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        network.load_state_dict(state["network"])
        ema.load_state_dict(state["ema"])
        optimiser.load_state_dict(state["optimiser"])
        progress = state["progress"]
    elif export_path(recipe.name).exists():  # and is kept until something better comes
        progress["best"] = recipe.validate(ema)["loss"]
    generator = torch.Generator().manual_seed(seed + progress["step"])
    started = last_validation = time.monotonic()
    minutes_before, losses = progress["minutes"], []

    with tqdm(total=round(minutes * 60), unit="s", desc=recipe.name, mininterval=5) as bar:
        finished = False
        while not finished:
            share = (time.monotonic() - started) / (60 * minutes)
            finished = share >= 1
            rate = FINAL_RATE + (1 - FINAL_RATE) * 0.5 * (1 + math.cos(math.pi * min(share, 1)))
            for group in optimiser.param_groups:
                group["lr"] = recipe.learning_rate * rate * min(1, (progress["step"] + 1) / warm_up_steps)
            network.train()
            with half_precision(device.type):
                loss = recipe.loss(network, recipe.batch(generator))
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            progress["step"] += 1
            _update_average(ema, network, min(ema_decay, (1 + progress["step"]) / (10 + progress["step"])))
            losses.append(loss.detach())
            bar.update(round(time.monotonic() - started) - bar.n)
            if finished or time.monotonic() - last_validation > 60 * min(VALIDATE_EVERY, minutes / 4):
                last_validation = time.monotonic()
                progress["minutes"] = minutes_before + (last_validation - started) / 60
                figures = recipe.validate(ema)
                line = {**progress, "train": torch.stack(losses).mean().item(), **figures}
                losses = []
                with (folder / "log.jsonl").open("a") as log:
                    log.write(json.dumps({key: round(value, 5) for key, value in line.items() if key != "best"}) + "\n")
                tqdm.write(json.dumps(line))
                recipe.sheet(ema).save(folder / "sheet.png")
                if figures["loss"] < progress["best"]:
                    progress["best"] = figures["loss"]
                    recipe.export(ema)
                state = {
                    "network": network.state_dict(),
                    "ema": ema.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "progress": progress,
                }
                torch.save(state, checkpoint.with_suffix(".tmp"))
                os.replace(checkpoint.with_suffix(".tmp"), checkpoint)


@torch.no_grad()
def _update_average(ema: nn.Module, network: nn.Module, decay: float) -> None:
    for average, value in zip(ema.state_dict().values(), network.state_dict().values(), strict=True):
        if average.is_floating_point():
            average.lerp_(value, 1 - decay)
        else:
            average.copy_(value)


def export_path(name: str) -> Path:
    """Where the shipped file of this name lives."""
    return weights.SHIPPED / f"{name}.safetensors"


def go_on(network: nn.Module, name: str) -> None:
    """Begins with the shipped file of this name, where there is one: a new machine goes on from it."""
    if export_path(name).exists():
        network.load_state_dict(weights.load(export_path(name))[0])
