"""Further wrong answers to 05.3."""

from typing import Any

import numpy as np

from ...ops.positions import sinusoidal_positions
from ..exercise import Mistake


def _hands(speeds: Any, positions: Any = None) -> Any:
    def wrong(T: int, C: int) -> Any:
        t = np.arange(T) if positions is None else positions(T)
        angles = np.outer(t, speeds(C // 2, C))
        return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(T, C)

    return wrong


def _angles(T: int, C: int) -> Any:
    return np.outer(np.arange(T), 10000.0 ** (-np.arange(0, C, 2) / C))


_FALLS = "By which factor does the speed fall from one hand to the next?"


def _powers(base: float) -> Any:
    return lambda H, C: base ** (-np.arange(H) / H)


_ORIGINAL = _powers(10000.0)

MORE_POSITIONS = (
    *(
        Mistake(key, says, _FALLS, wrong=_hands(speeds))
        for key, says, speeds in (
            (
                "1000 for 10000",
                "The speeds fall too slowly: as many steps as there are hands lead down to 1/1000.",
                _powers(1e3),
            ),
            (
                "100000 for 10000",
                "The speeds fall too fast: as many steps as there are hands lead down to 1/100000.",
                _powers(1e5),
            ),
            (
                "all at one speed",
                "All hands turn at the same speed, 1 radian per position. (A division of whole numbers may have cut off the fractions.)",
                lambda H, C: np.ones(H),
            ),
            (
                "one step too many",
                "The first hand is slower than 1 radian per position: the speeds begin one step too late.",
                lambda H, C: 10000.0 ** (-np.arange(1, H + 1) / H),
            ),
            (
                "slowest first",
                "The hands stand in the opposite order: the fastest comes first.",
                lambda H, C: 10000.0 ** (-np.arange(H)[::-1] / H),
            ),
            (
                "even differences",
                "The speeds fall by a constant difference; it should be a constant factor.",
                lambda H, C: np.linspace(1.0, 1e-4, H),
            ),
            (
                "even differences, the end left out",
                "The speeds fall by a constant difference; it should be a constant factor.",
                lambda H, C: np.linspace(1.0, 1e-4, H, endpoint=False),
            ),
            (
                "one over the number",
                "The speeds are 1, 1/2, 1/3 and so on, where they should fall by a constant factor.",
                lambda H, C: 1 / np.arange(1.0, H + 1),
            ),
            (
                "10000 for each hand",
                "From each hand to the next the speed falls by 10000; that is the factor of all steps together.",
                lambda H, C: 10000.0 ** -np.arange(H),
            ),
        )
    ),
    *(
        Mistake(
            key,
            says,
            "By how many radians does the first hand turn per position?",
            wrong=_hands(_ORIGINAL, positions),
        )
        for key, says, positions in (
            (
                "degrees",
                "The angles are too small by the factor of degrees to radians.",
                lambda T: np.arange(T) * np.pi / 180,
            ),
            (
                "half turns",
                "The first hand makes half a turn per position; it should be 1 radian.",
                lambda T: np.arange(T) * np.pi,
            ),
            (
                "turns divided",
                "The angles are too small by the number of radians in a turn.",
                lambda T: np.arange(T) / (2 * np.pi),
            ),
            (
                "share of the text",
                "The position was divided by the number of positions: the angle depends on how long the text is.",
                lambda T: np.arange(T) / T,
            ),
            (
                "backwards",
                "The hands turn the wrong way: at position 1 their sines should be positive.",
                lambda T: -np.arange(T),
            ),
            (
                "last position first",
                "The rows stand in the opposite order: position 0 comes first.",
                lambda T: np.arange(T)[::-1],
            ),
        )
    ),
    Mistake(
        "cosines only",
        "Both columns of a pair hold the cosine.",
        "What do you need besides the cosine to tell two angles apart that have the same one?",
        edits=(("np.sin(angles)", "np.cos(angles)"),),
    ),
    Mistake(
        "cosine of the next hand",
        "The cosine in each pair belongs to the next hand: both columns should hold the same angle.",
        "Which two columns make one hand?",
        edits=(("np.cos(angles)", "np.cos(angles * 10000 ** (-2 / C))"),),
    ),
    Mistake(
        "cosines missing",
        "Every second column is 0: the cosines belong there.",
        "What goes into the columns between the sines?",
        edits=(("np.cos(angles)", "np.zeros_like(angles)"),),
    ),
    Mistake(
        "sines missing",
        "Every second column is 0: the sines belong there.",
        "What goes into the columns between the cosines?",
        edits=(("np.sin(angles)", "np.zeros_like(angles)"),),
    ),
    Mistake(
        "angles",
        "These are the angles, without sine and cosine.",
        "What does a hand show of its angle?",
        wrong=lambda T, C: np.repeat(_angles(T, C), 2, axis=1),
    ),
    Mistake(
        "whole numbers",
        "All that is behind the point was cut off: the array for the result is one of whole numbers.",
        "Of which type is the array that you fill?",
        wrong=lambda T, C: sinusoidal_positions(T, C).astype(int),
    ),
    Mistake(
        "sine in one half of the numbers",
        "The sines and the cosines were laid one behind the other and then cut into rows: each row mixes positions.",
        "Where should the sine and the cosine of one angle stand?",
        wrong=lambda T, C: np.stack([np.sin(_angles(T, C)), np.cos(_angles(T, C))]).reshape(T, C),
    ),
    Mistake(
        "half of the columns",
        "There are only half as many columns as asked for: each hand has two.",
        "How many columns make one hand?",
        wrong=lambda T, C: np.sin(_angles(T, C)),
    ),
    Mistake(
        "twice the columns",
        "There are twice as many columns as asked for: each hand has two, and there are half as many hands as columns.",
        "How many hands are there?",
        wrong=lambda T, C: np.concatenate([sinusoidal_positions(T, C)] * 2, axis=1),
    ),
)
