"""How Parley looks: Gradio's theme variables here, the layout in style.css."""

from __future__ import annotations

import json
from pathlib import Path

import gradio as gr

from ui.texts import TEXTS

CSS = Path(__file__).with_name("style.css")

SCRIPT = Path(__file__).with_name("script.js")

NAMED = ("example_number", "face_number", "send", "paint_mask")
"""Texts that only a screen reader says."""

MARK = """<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 3C8.3 3 2 8.2 2 14.7c0 3.7 2 6.9 5.2 9.1L6 29l6-3.1c1.3.3
2.6.4 4 .4 7.7 0 14-5.2 14-11.6S23.7 3 16 3z"/><circle cx="11" cy="12.5" r="1.8"/><circle cx="21" cy="12.5" r="1.8"/><path class="mouth"
d="M10 17.5c1.6 2.6 3.6 3.8 6 3.8s4.4-1.2 6-3.8"/></svg>"""
"""The sign in the header."""

SANS = ("Inter", "ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")


def script() -> str:
    """With its texts in every language."""
    names = {language: {key: texts[key] for key in NAMED} for language, texts in TEXTS.items()}
    return SCRIPT.read_text(encoding="utf-8").replace("NAMES = {}", f"NAMES = {json.dumps(names)}")


def theme() -> gr.themes.Base:
    """A quiet, warm page with one accent colour. System fonts only: nothing is fetched."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_lg,
        spacing_size=gr.themes.sizes.spacing_md,
        text_size=gr.themes.sizes.text_md,
        font=SANS,
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="#161412",
        body_text_color_subdued="*neutral_600",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        checkbox_border_color="*neutral_500",
        checkbox_border_color_dark="*neutral_500",
        color_accent="*primary_600",
        background_fill_primary="white",
        background_fill_primary_dark="#1f1c1a",
        background_fill_secondary="*neutral_100",
        background_fill_secondary_dark="#292523",
        block_background_fill="white",
        block_background_fill_dark="#1f1c1a",
        block_border_width="0px",
        block_border_color_dark="#38332f",
        border_color_primary="*neutral_200",
        border_color_primary_dark="#38332f",
        block_shadow="none",
        block_shadow_dark="none",
        input_background_fill="white",
        input_background_fill_dark="#1f1c1a",
        input_border_width="1px",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover_dark="*primary_500",
        button_primary_text_color="white",
        button_secondary_background_fill="white",
        button_secondary_background_fill_hover="*neutral_100",
        button_secondary_background_fill_dark="#292523",
        button_secondary_background_fill_hover_dark="#38332f",
        button_secondary_border_color="*neutral_200",
        button_secondary_border_color_dark="#443e3a",
        button_border_width="1px",
    )
