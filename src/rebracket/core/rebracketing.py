"""What a person says of the rebracketing in a stretch of a song."""

from __future__ import annotations

from dataclasses import dataclass, fields

from rebracket.core.errors import InputError
from rebracket.core.span import Span

__all__ = ["SCALARS", "UNNAMED", "Annotation", "Rebracketing"]

UNNAMED = "unnamed"  # stands for whoever annotated without a name


@dataclass(frozen=True, slots=True)
class Rebracketing:
    """What a person says of a stretch of a song; every scalar lies in [0, 1], None is not said.

    ``types`` are names of the ontology; empty says that there is no rebracketing, None says nothing
    of types. ``uncertainty`` is the ontological one, ``fluidity`` that of the boundary and
    ``complexity`` the temporal one.

    Raises:
        InputError: where a scalar lies outside [0, 1] or a type stands twice.
    """

    types: tuple[str, ...] | None = None
    intensity: float | None = None
    coverage: float | None = None
    uncertainty: float | None = None
    fluidity: float | None = None
    complexity: float | None = None
    memory_discrepancy: float | None = None
    annotator: str | None = None

    def __post_init__(self) -> None:
        for name in SCALARS:
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1:
                raise InputError(f"found {name} {value}, expected a number from 0 to 1")
        if self.types is not None and len(set(self.types)) < len(self.types):
            raise InputError(f"found the types {self.types}, expected each once")

    @property
    def is_there(self) -> bool | None:
        """Whether there is rebracketing: by its types, else by an intensity above 0; None where unsaid."""
        if self.types is not None:
            return bool(self.types)
        return None if self.intensity is None else self.intensity > 0


SCALARS = tuple(f.name for f in fields(Rebracketing) if f.name not in ("types", "annotator"))


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one person said of one stretch of a song, in the manifest or in a file of their own."""

    span: Span
    said: Rebracketing
    note: str = ""

    @property
    def annotator(self) -> str:
        return self.said.annotator or UNNAMED
