"""Labels that a rule computes from a text, with the rule's hash as their provenance.

Such a label is a function of the text. A model that sees the text and reaches it has learned the
rule, not the music; whatever reports its score must say so.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from rebracket.ontology import Ontology, words_in

__all__ = ["RULE_VERSION", "RuleLabels", "label_by_rule", "rule_provenance"]

RULE_VERSION = 2


@dataclass(frozen=True, slots=True)
class RuleLabels:
    """What the rule says of a text; a tie of types gives several ``types`` and no ``type``.

    ``types`` are in the order of their names. ``intensity`` is the share of the words that are
    markers or words of a type, in [0, 1].
    """

    has_rebracketing: bool
    type: str | None
    types: tuple[str, ...]
    intensity: float


def rule_provenance(ontology: Ontology) -> str:
    """``rule:<hash>`` over the rule's version and all its words; the order of the types is none of it."""
    words = sorted((name, kind.words) for name, kind in ontology.types.items())
    content = repr((RULE_VERSION, words, ontology.markers, ontology.other_type))
    return f"rule:{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def label_by_rule(text: str, ontology: Ontology) -> RuleLabels | None:
    """Counts the words of each type in a text; None for a text without words.

    The type whose words occur most often wins. A text without any such word is of the ontology's
    ``other_type``. *Has rebracketing* means: at least one marker occurs. Case, the form of an
    apostrophe and the way accents are encoded do not matter.
    """
    words = words_in(text)
    if not words:
        return None
    counts = {name: _hits(words, kind.words) for name, kind in sorted(ontology.types.items())}
    best = max(counts.values(), default=0)
    types = tuple(name for name, count in counts.items() if count == best and best > 0)
    types = types or (ontology.other_type,)
    telling = [*ontology.markers, *(word for kind in ontology.types.values() for word in kind.words)]
    return RuleLabels(
        has_rebracketing=_hits(words, ontology.markers) > 0,
        type=types[0] if len(types) == 1 else None,
        types=types,
        intensity=_hits(words, tuple(telling)) / len(words),
    )


def _hits(words: list[str], listed: tuple[str, ...]) -> int:
    pattern = _pattern(listed)
    return sum(pattern.fullmatch(word) is not None for word in words)


@lru_cache(maxsize=64)
def _pattern(listed: tuple[str, ...]) -> re.Pattern[str]:
    """A trailing ``*`` stands for any ending."""
    parts = [
        re.escape(word) + (".*" if raw.endswith("*") else "") for raw in listed for word in words_in(raw)
    ]
    return re.compile("|".join(parts) or r"(?!)")
