"""all-MiniLM-L6-v2, the sentence encoder: text in, one vector of 384 numbers out.

Wang et al. (2020), MiniLM; trained as a sentence encoder after Reimers and Gurevych (2019).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import transformers
from torch import Tensor
from torch.nn.functional import normalize

from rebracket.core.errors import InputError
from rebracket.models.threads import one_thread

__all__ = ["MINILM_SHA256", "MINILM_WIDTH", "MiniLMNetwork"]

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the one `model.safetensors` that is accepted: other weights are another encoder."""

MINILM_WIDTH = 384
_WINDOW_TOKENS = 254  # 256, the length the sentence encoder was trained with, less the two end marks


class MiniLMNetwork:
    """The network and its tokenizer, read from a folder; nothing is downloaded.

    Raises:
        InputError: where the folder's weights are missing or not the pinned ones.
    """

    def __init__(self, folder: Path) -> None:
        _check_weights(folder / "model.safetensors")
        with _no_progress_bar():
            self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self._network: Any = transformers.AutoModel.from_pretrained(folder, local_files_only=True).eval()

    def embed(self, text: str) -> Tensor:
        """One text -> [384], of length 1.

        One text at a time: padding beside others changes the last bits, and then what a text's
        vector is would depend on its neighbors. On two idle cores that read 215 lyric lines or 58
        texts of 130 words a second; batches of 32 read 520 and 44.

        A text of more than 254 tokens is not cut off: it is read in equal windows, whose vectors
        are averaged by their tokens.
        """
        tokens = self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        n_windows = max(1, -(-len(tokens) // _WINDOW_TOKENS))
        windows = torch.tensor(tokens, dtype=torch.long).tensor_split(n_windows)
        with one_thread(), torch.inference_mode():
            vectors = [len(window) * self._embed_window(window) for window in windows]
            return normalize(torch.stack(vectors).sum(dim=0), dim=0)

    def _embed_window(self, tokens: Tensor) -> Tensor:
        """[T] token ids -> [384]: the mean over the tokens and both end marks."""
        ends = self._tokenizer
        ids = torch.cat([torch.tensor([ends.cls_token_id]), tokens, torch.tensor([ends.sep_token_id])])
        states = self._network(input_ids=ids[None], attention_mask=torch.ones_like(ids[None]))
        return normalize(states.last_hidden_state[0].mean(dim=0), dim=0)


def _check_weights(path: Path) -> None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path.name}: found no weights ({error.strerror}), expected MiniLM's") from error
    if found != MINILM_SHA256:
        raise InputError(f"{path.name}: found SHA-256 {found[:12]}…, expected {MINILM_SHA256[:12]}…")


@contextmanager
def _no_progress_bar() -> Iterator[None]:
    """Loading shows a bar on stderr, also where nobody watches."""
    bars: Any = transformers.utils.logging
    was_on = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if was_on:
            bars.enable_progress_bar()
