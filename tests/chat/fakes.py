"""An engine for tests that draws instead of learning, and a degree "network" that reads what it drew."""

from __future__ import annotations

import dataclasses

import numpy as np
from PIL import Image, ImageDraw

from backends.base import BackendInfo, EditPlan, Latent
from errors import ParleyError
from graded import GRADED
from prompts import PROMPTS

START = {"bangs": 0.0, "eyeglasses": 0.0, "beard": 0.0, "smile": 1.0, "age": 2.0}


class DrawingBackend:
    """Keeps the crop as its latent, counts its calls, and writes each degree into a pixel of the top row."""

    info = BackendInfo("drawing", "Drawing", "Draws on the face", "none", "MIT", 128, GRADED)

    def __init__(self):
        self.encoded = 0
        self.plans: list[EditPlan] = []
        self.fails = False

    def encode(self, image, *, generator=None, progress=None):
        self.encoded += 1
        small = image.resize((128, 128), Image.Resampling.BOX)
        for step in range(3):
            if progress:
                progress(step, 2)
        return Latent("drawing", {"pixels": np.asarray(small)}, dict(START))

    def edit(self, latent, plan, *, progress=None):
        latent.require("drawing")
        if self.fails:
            raise ParleyError("The engine has run out of ink.")
        self.plans.append(plan)
        if progress:
            progress(1, 1)
        return Latent("drawing", latent.tensors, latent.degrees, plan)

    def decode(self, latent, *, generator=None, progress=None):
        picture = Image.fromarray(latent.tensors["pixels"])
        degrees = {**latent.degrees, **latent.plan.degrees_from(latent.degrees)}
        draw = ImageDraw.Draw(picture)
        if degrees["eyeglasses"] >= 0.5:
            for x in (45, 83):
                draw.ellipse((x - 15, 48, x + 15, 72), outline=(20, 20, 20), width=round(degrees["eyeglasses"]))
        if degrees["smile"] > START["smile"]:
            draw.chord((46, 84, 82, 100), 0, 180, fill=(150, 30, 40))
        if degrees["beard"] >= 0.5:
            draw.chord((34, 80, 94, 122), 10, 170, fill=(60, 40, 30))
        pixels = np.array(picture)
        pixels[0, : len(GRADED)] = np.array([[round(degrees[name] * 50)] * 3 for name in GRADED], np.uint8)
        return Image.fromarray(pixels)


def read_degrees(image):
    pixels = np.asarray(image)
    return {name: float(pixels[0, i, 0]) / 50 for i, name in enumerate(GRADED)}


class PaintingBackend(DrawingBackend):
    """Paints a bar per prompt, as strong as it was asked for; of grey eyes nothing can be seen."""

    info = dataclasses.replace(DrawingBackend.info, prompts=PROMPTS)

    def decode(self, latent, *, generator=None, progress=None):
        pixels = np.array(super().decode(latent, generator=generator, progress=progress))
        for name, degree in latent.plan.degrees_from(latent.degrees).items():
            if name in PROMPTS and name != "gray eyes":
                place = PROMPTS.index(name)
                pixels[20:100, 2 * place : 2 * place + 2, 1] = round(50 * degree)
        return Image.fromarray(pixels)


class WritingBackend(DrawingBackend):
    """Takes words and masks, too, though it makes nothing of them."""

    info = dataclasses.replace(DrawingBackend.info, name="writing", accepts_text=True, accepts_layout=True)
