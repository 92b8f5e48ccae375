"""A page of explanations with every kind of block, whatever the words are."""

from __future__ import annotations

import io
import wave

import numpy as np

from rebracket.page import (
    AttentionMap,
    Bars,
    ClassKey,
    Curves,
    ExplanationPage,
    Figure,
    Heat,
    PianoRoll,
    Plane,
    Player,
    Points,
    Prose,
    SongPage,
    Table,
    Token,
    WaveHeat,
    Words,
)

KINDS = ("bars", "heat", "points", "points-deep", "curves", "roll", "plane")


def tone(pitch_hz: float, duration_s: float = 6.0) -> bytes:
    """A tone as a WAV file."""
    seconds = np.arange(int(8000 * duration_s)) / 8000
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8000, len(seconds), "NONE", ""))
        sound.writeframes((9000 * np.sin(2 * np.pi * pitch_hz * seconds)).astype("<i2").tobytes())
    return file.getvalue()


def figure(kind: str, text: str = "plain", shift: float = 0.0) -> Figure:
    """A figure of a kind; ``shift`` moves one of its numbers."""
    said = (kind, text, text, text)
    rng = np.random.default_rng(7)
    x = np.linspace(0, 1, 6)
    groups = ("one", text, None, "one", text, None)
    match kind:
        case "bars":
            return Bars(*said, ("drums", text), [1.25 + shift, -0.5], [0.5, -0.75], [2.0, -0.25], text)
        case "heat":
            return Heat(*said, ("a", text), ("b", text, "c"), [[0.125 + shift, -1, 2], [3, 4, 5]], text)
        case "points" | "points-deep":
            xyz = rng.normal(size=(6, 2 if kind == "points" else 3))
            xyz[0, 0] += shift
            return Points(*said, xyz, groups, (text,) * 6, ("m0", "m1", "", "", "", ""), {"one": "#102030"})
        case "curves":
            return Curves(*said, x, text, text, {"ours": x + shift, text: 1 - x}, {text: -x}, {text: 2 - x})
        case "roll":
            weight = np.array([1.0, -1.0, 0.25 + shift / 2, 0.0])
            return PianoRoll(
                *said, np.arange(4.0), np.arange(4.0) + 0.5, [60, 62, 64, 65], weight, (text,) * 4
            )
        case _:
            grid = [[0, 0, 1], [0, 1, 1]]
            path = [[-0.5, -0.5], [0.1 + shift / 4, 0.0], [0.5, 0.5]]
            return Plane(
                *said, grid, (-1, 1, -1, 1), ("one", text), rng.normal(size=(2, 2)), ("one", text), path
            )


def wave_heat(text: str = "plain", player: str = "mix") -> WaveHeat:
    return WaveHeat(
        "wave", text, text, text, 60.0, 66.0, np.linspace(0, 1, 100), [1.0, -1.0], ("60 Hz", text),
        [[0.5, -0.5, 0.0], [1.0, 0.0, -1.0]], text, player,
    )  # fmt: skip


def attention_map(text: str = "plain") -> AttentionMap:
    seconds, notes = [[0, 1], [1, 2], [2, 3]], [[0, 1, 60], [1, 2, 64]]
    return AttentionMap(
        "attention", text, text, text, ("river", text), seconds, notes,
        [[0.75, 0.25, 0.0], [0.0, 0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0]] * 3,
    )  # fmt: skip


def page(text: str = "plain", n_songs: int = 3) -> ExplanationPage:
    """All kinds of figures on the page of the model, all other blocks on that of each song."""
    key, other = ClassKey("a", text, "#E8A33D"), ClassKey("b", "other", "#4A5A78")
    lines = ((Token(text, 1.5), Token(" the "), Token("river", -0.75)), (Token("stone", 0.0),))
    blocks = (
        Words("words", text, text, text, lines, text, text),
        Player("mix", text, ((text, "audio/wav", tone(220)), ("muted", "audio/wav", tone(330))), text, text),
        wave_heat(text),
        attention_map(text),
        Table(text, (text, "size"), ((text, 1), ("mute", None)), text, text),
        figure("roll", text),
        Prose(text, (text, "more")),
    )
    songs = tuple(SongPage(f"01_0{n}", text, blocks, key, other, text) for n in range(n_songs))
    model = tuple(figure(kind, text) for kind in KINDS)
    return ExplanationPage(text, text, text, model, songs, {"g": {"m0": tone(440), "m1": tone(220)}})
