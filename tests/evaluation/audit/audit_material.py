"""A catalogue in numbers: clean, but for what a test plants in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from rebracket.evaluation.audit import Claim, audit
from rebracket.evaluation.material import Material
from rebracket.evaluation.protocols import Labels
from rebracket.features import Bank

N_SONGS, ROWS = 24, 4
CLASSES = ("calm", "storm")
_WORDS = [f"w{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(60)]

Array = np.ndarray


def of_rows(of_songs: Any) -> Array:
    """[N] of one value a song."""
    return np.repeat(np.asarray(of_songs), ROWS, axis=0)


NUMBERS = np.arange(N_SONGS) % 2
SONGS = [f"s{i:02d}" for i in range(N_SONGS)]
ALBUMS = [f"a{i // 6}" for i in range(N_SONGS)]  # every album has songs of both classes


def clean(seed: int = 0, effect: float = 3.0) -> Material:
    """24 songs of 4 albums and 2 classes, which sound tells as far as ``effect`` says, and nothing else."""
    rng = np.random.default_rng(seed)
    numbers, songs = of_rows(NUMBERS), of_rows(SONGS)
    texts = tuple(" ".join(rng.choice(_WORDS, 8)) for _ in SONGS)
    vectors = rng.normal(size=(len(numbers), 6)) + effect * np.eye(6)[numbers]
    columns = {
        "names": {"title": of_rows([f"Study {word}" for word in rng.permutation(_WORDS)[:N_SONGS]])},
        "bookkeeping": {"lines": of_rows(rng.normal(size=N_SONGS))},
        "production": {"level_dbfs": rng.normal(size=len(numbers))},
    }
    columns["names"]["title"] = columns["names"]["title"].astype(object)
    return Material(
        "mood",
        Labels(CLASSES, numbers, songs, of_rows(ALBUMS)),
        np.array([f"{song}-{row % ROWS // 2}" for row, song in enumerate(songs)]),
        "manifest",
        ("concept",),
        Bank(texts, of_rows(np.arange(N_SONGS)), "words"),
        {"spectral": Bank(vectors.astype(np.float32), np.arange(len(numbers)), "spectral")},
        columns,
        {"audio": np.array([f"sound {row}" for row in range(len(numbers))], dtype=object)},
    )


def labeled(material: Material, **changes: Any) -> Material:
    """The material with other labels, songs or albums."""
    return replace(material, labels=replace(material.labels, **changes))


def with_columns(material: Material, kind: str, **columns: Array) -> Material:
    return replace(material, columns={**material.columns, kind: columns})


def audited(material: Material, claim: str = "songs", **options: Any) -> dict[str, Any]:
    """The audit's document, with few permutations."""
    return audit(material, Claim.parse(claim), permutations=199, **options)


def found(document: dict[str, Any]) -> dict[str, str]:
    """The gravest severity of each code."""
    return {one["code"]: one["severity"] for one in reversed(document["findings"])}
