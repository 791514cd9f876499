"""A bar that ends at the achievement, with a mark at 100 percent: one drawing for every format."""

from __future__ import annotations

from engine.documents.paper import Picture

_WIDTH, _HEIGHT, _OVER = 250, 24, 5
_RIGHT = 125.0
"""The percentage at the right end."""


def bar(percent: float | None, said: str, caption: str = "", millimetres: int = 42) -> Picture:
    """Return the bar of an achievement in *percent* (None: only its frame), which *said* tells in words.

    What is below zero or beyond the right end stops there; the figure beside the bar is the exact one.
    """
    end = 0.0 if percent is None else min(max(percent, 0.0), _RIGHT) / _RIGHT * _WIDTH
    goal = 100 / _RIGHT * _WIDTH
    tall = _HEIGHT + 2 * _OVER
    filled = (
        "" if percent is None else f'<rect y="{_OVER}" width="{end:.1f}" height="{_HEIGHT}" fill="#1f5f99"/>'
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {tall}" '
        f'width="{_WIDTH}" height="{tall}">'
        f'<rect width="{_WIDTH}" height="{tall}" fill="#ffffff"/>{filled}'
        f'<rect x="0.5" y="{_OVER + 0.5}" width="{_WIDTH - 1}" height="{_HEIGHT - 1}" fill="none" '
        f'stroke="#595959"/><rect x="{goal - 1.5:.1f}" width="3" height="{tall}" fill="#000000"/></svg>'
    )
    return Picture(svg, said, caption, millimetres)
