"""A record as an evaluation leaves it, and documents that quote it."""

from __future__ import annotations

from typing import Any

from rebracket.evaluation.claims import Shelf

__all__ = ["SHELF", "claim", "record"]


def record(**changed: Any) -> dict[str, Any]:
    """A score under ``songs``."""
    score = {"value": 0.5513, "low": 0.4361, "high": 0.6649, "level": 0.95}
    made = {
        "schema": "rebracket.record/1",
        "record": "multiclass.color.songs",
        "protocol": "songs",
        "leaky": False,
        "unit": "song",
        "n_units": 84,
        "n_rows": 11_605,
        "n_songs": 84,
        "n_albums": 8,
        "metrics": {"accuracy": score, "macro_f1": score},
        "baselines": {"majority": {"accuracy": {"value": 0.14, "low": 0.07, "high": 0.22, "level": 0.95}}},
    }
    return made | changed


_LEAKY = record(record="multiclass.color.rows", protocol="rows", leaky=True, unit="row", n_units=11_605)
_PLAIN = {
    "record": "reading",
    "value": 0.935,
    "low": 0.87,
    "high": 1.026,
    "files": {"a.b, c": {"share": 0.5}},
}
SHELF = Shelf({one["record"]: one for one in (record(), _LEAKY, _PLAIN)}, ())


def claim(text: str, metric: str = "accuracy", name: str = "multiclass.color.songs") -> str:
    """A marker with this text."""
    return f"<!-- claim {name} {metric} -->{text}<!-- /claim -->"
