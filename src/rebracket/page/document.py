"""What every page is written with: templates, a policy, data, and files that are whole or not there."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from rebracket.core.errors import InputError

__all__ = ["as_json", "clock", "digest", "encoded", "environment", "policy", "resource", "write_whole"]

_SHARED = ("frame.html", "player.html", "blocks.html")


def environment(names: Iterable[str]) -> Environment:
    """The named templates and those every page shares; whatever they show is escaped."""
    made = Environment(
        loader=DictLoader({name: resource(name) for name in (*_SHARED, *names)}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(clock=clock)
    return made


def resource(name: str) -> str:
    """The text of a file in ``page/templates/``."""
    return (files("rebracket.page") / "templates" / name).read_text("utf-8")


def policy(scripts: Iterable[str], style_source: str) -> str:
    """A policy under which only the given scripts run, and nothing is fetched."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src " + " ".join(f"'{digest(script)}'" for script in scripts),
            f"style-src {style_source}",
            "media-src data:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def digest(text: str) -> str:
    """The name of a script or style in a policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def encoded(sounds: Mapping[str, Mapping[str, bytes]]) -> list[tuple[str, Markup]]:
    """One JSON object a group, name to base64."""
    return [
        (group, as_json({name: base64.b64encode(data).decode() for name, data in sorted(members.items())}))
        for group, members in sorted(sounds.items())
    ]


def as_json(value: Any) -> Markup:
    """JSON for a script element; cheaper than the template's own filter, which copies it four times."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        if sign in text:
            text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704  the three signs that could end the element are escaped


def write_whole(content: str | bytes, path: Path) -> Path:
    """Writes a file in one step: whoever looks sees the old file or the whole new one.

    Raises:
        InputError: where the file cannot be written.
    """
    # A lone surrogate is no reason to lose a page.
    data = content.encode("utf-8", errors="replace") if isinstance(content, str) else content
    partial = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise InputError(
            f"{path.name}: found {error.strerror}, expected a place to write the page"
        ) from error
    finally:
        with suppress(OSError):  # gone already where all went well
            partial.unlink()
    return path


def clock(seconds: float) -> str:
    """Seconds as ``m:ss``, ``h:mm:ss`` from an hour on; rounded down, as players do."""
    whole = math.floor(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes_of_hour = divmod(minutes, 60)
    return f"{hours}:{minutes_of_hour:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
