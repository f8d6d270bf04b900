"""Lines over two axes, as an SVG."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 400, 64, 52, 16, 128
"""Pixels; the last four are margins, the right one for the lines' names."""
TICKS = 5
SPACING = 15
"""Pixels that two names are apart at least."""


@dataclass(frozen=True)
class Line:
    name: str
    colour: str
    points: Sequence[tuple[float, float]]


def line_chart(lines: Sequence[Line], across: str, up: str, x_range: tuple[float, float], y_range: tuple[float, float]) -> str:
    """`across` and `up` are the axes' titles; each line bears its name at its end."""
    (x0, x1), (y0, y1) = x_range, y_range
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        return LEFT + (x - x0) / (x1 - x0) * width, TOP + (y1 - y) / (y1 - y0) * height

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for tick in range(TICKS + 1):
        x, y = x0 + tick / TICKS * (x1 - x0), y0 + tick / TICKS * (y1 - y0)
        across_at, up_at = place(x, y0)[0], place(x0, y)[1]
        parts.append(f'<path d="M{LEFT} {up_at:.1f}H{LEFT + width}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{up_at + 4:.1f}" text-anchor="end">{y:.2f}</text>')
        parts.append(f'<text x="{across_at:.1f}" y="{TOP + height + 18}" text-anchor="middle">{x:g}</text>')
    parts.append(f'<text x="{LEFT + width / 2}" y="{HEIGHT - 12}" text-anchor="middle">{html.escape(across)}</text>')
    middle = TOP + height / 2
    parts.append(f'<text x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})">{html.escape(up)}</text>')
    named_at = float("-inf")
    for line in sorted((line for line in lines if line.points), key=lambda line: -line.points[-1][1]):
        places = [place(*point) for point in line.points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path d="M{path}" fill="none" stroke="{line.colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{line.colour}"/>' for x, y in places]
        named_at = max(places[-1][1] + 4, named_at + SPACING)
        parts.append(f'<text x="{places[-1][0] + 8:.1f}" y="{named_at:.1f}" fill="{line.colour}">{html.escape(line.name)}</text>')
    return "\n".join([*parts, "</svg>", ""])
