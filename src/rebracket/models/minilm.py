"""all-MiniLM-L6-v2, the sentence encoder: text in, one vector of 384 numbers out.

Wang et al. (2020), MiniLM; trained as a sentence encoder after Reimers and Gurevych (2019).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from rebracket.core.errors import InputError
from rebracket.models.pretrained.text import TextNetwork

__all__ = ["MINILM_SHA256", "MINILM_WIDTH", "MiniLMNetwork", "check_minilm"]

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the one `model.safetensors` that is accepted: other weights are another encoder."""

MINILM_WIDTH = 384


class MiniLMNetwork(TextNetwork):
    """The network and its tokenizer, read from a folder; nothing is downloaded.

    It reads windows of 256 ids, the length the sentence encoder was trained with. On two idle cores
    that made 215 vectors of lyric lines a second, or 58 of texts of 130 words; batches of 32 made 520
    and 44, but then a vector depends on its neighbors.

    Raises:
        InputError: where the folder's weights are missing or not the pinned ones.
    """

    def __init__(self, folder: Path) -> None:
        check_minilm(folder)
        super().__init__(folder)


def check_minilm(folder: Path) -> None:
    """Raises `InputError` where the folder's weights are missing or not the pinned ones."""
    path = folder / "model.safetensors"
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path.name}: found no weights ({error.strerror}), expected MiniLM's") from error
    if found != MINILM_SHA256:
        raise InputError(f"{path.name}: found SHA-256 {found[:12]}…, expected {MINILM_SHA256[:12]}…")
