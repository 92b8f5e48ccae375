"""Figures that cost time, kept beside the vectors of the encoder that they are of."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rebracket.features.encoder import AnyEncoder

__all__ = ["remembered"]

_log = logging.getLogger(__name__)


def remembered(
    dataset: Path | None, encoder: AnyEncoder, name: str, of: str, measure: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """The figures `name` of an encoder on a dataset: measured where they are not known, or are of other data.

    Args:
        dataset: its folder; None leaves no file there.
        of: names what they were measured on.

    What cannot be read is measured anew; what cannot be written is logged and measured each time.
    """
    if dataset is None:
        return measure()
    path = dataset / "features" / f"{encoder.name}-{encoder.version[:8]}" / "health.json"
    known = _read(path)
    own = known.get(name)
    if isinstance(own, dict) and own.get("of") == of and isinstance(own.get("figures"), dict):
        return dict(own["figures"])
    figures = measure()
    _write(path, {**known, name: {"of": of, "figures": figures}})
    return figures


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        _log.warning(
            "features/%s/%s cannot be read (%s); measuring again", path.parent.name, path.name, error
        )
        return {}
    return content if isinstance(content, dict) else {}


def _write(path: Path, content: dict[str, Any]) -> None:
    """Written beside its place and moved there: a kill leaves the old file or the new one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".new", delete=False) as file:
            json.dump(content, file, indent=1, allow_nan=False)
        Path(file.name).replace(path)
    except OSError as error:
        _log.warning("features/%s/%s cannot be kept (%s)", path.parent.name, path.name, error)
