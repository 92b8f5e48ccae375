"""The token ids that a text network reads: the whole text, in windows no longer than it takes."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any, final

import torch
import transformers
from torch import Tensor

from rebracket.core.errors import InputError, MissingExtraError, RefusedError
from rebracket.models.pretrained.loading import load_config, load_part

__all__ = ["TextTokens", "window_ids", "window_sizes"]

_LONGEST = 512  # ids; attention costs the square, and few encoders were trained with more
_MARKS = 2  # one at each end of a window
_TOKENIZER_FILES = ("tokenizer.json", "*.model", "vocab.txt", "vocab.json")
# Their positions count from behind the id of padding, so that so many of them are never used.
_OFFSET_POSITIONS = ("roberta", "camembert", "mpnet", "longformer", "luke", "clap_text_model")


def window_ids(folder: Path) -> int:
    """The longest window that the network of a folder reads, in ids, end marks included; at most 512.

    The least of what its configuration, its tokenizer and, for a sentence encoder, its training say.
    """
    config = load_config(folder).get_text_config()
    limits = [_LONGEST, _number(folder / "tokenizer_config.json", "model_max_length")]
    limits.append(_number(folder / "sentence_bert_config.json", "max_seq_length"))
    positions = getattr(config, "max_position_embeddings", None)
    if isinstance(positions, int) and positions > 0:
        offset = str(config.model_type).endswith(_OFFSET_POSITIONS)
        limits.append(positions - (int(config.pad_token_id or 0) + 1 if offset else 0))
    longest = min(limits)
    if longest <= _MARKS:
        raise InputError(f"{folder.name}: found windows of {longest} ids, expected more than {_MARKS}")
    return longest


def window_sizes(n_ids: int, longest: int) -> list[int]:
    """How a text of so many ids, end marks included, lies in windows: [n] sizes that sum to `n_ids`.

    Windows differ by one id at most. It follows from the length alone, so that ids which were made
    elsewhere are read in the windows they were made in.
    """
    n_windows = max(1, -(-n_ids // longest))
    each, rest = divmod(n_ids, n_windows)
    return [each + (place < rest) for place in range(n_windows)]


@final
class TextTokens:
    """The tokenizer of a folder: text in, ids out.

    Raises:
        InputError: where there is none, it is not the network's, or it marks no ends.
        MissingExtraError: where it is a SentencePiece model, and what reads one is not installed.
    """

    def __init__(self, folder: Path) -> None:
        if not any(path for pattern in _TOKENIZER_FILES for path in folder.glob(pattern)):
            # transformers makes an empty DeBERTa tokenizer then, to which each word is unknown
            raise InputError(f"{folder.name}: found no tokenizer, expected one of {list(_TOKENIZER_FILES)}")
        if not (folder / "tokenizer.json").exists() and any(folder.glob("*.model")):
            _require_sentencepiece()
        self._tokenizer: Any = load_part(transformers.AutoTokenizer, folder)
        self._ends = (self._tokenizer.cls_token_id, self._tokenizer.sep_token_id)
        if None in self._ends:
            raise InputError(
                f"{folder.name}: found a tokenizer without [CLS] and [SEP], expected an encoder's"
            )
        known = getattr(load_config(folder).get_text_config(), "vocab_size", 0)
        if len(self._tokenizer) > known:
            raise InputError(
                f"{folder.name}: found {len(self._tokenizer)} tokens for a network that knows {known}; "
                "expected the tokenizer of this network"
            )
        self.window = window_ids(folder)

    def windows(self, text: str) -> tuple[Tensor, ...]:
        """One text -> its windows [T] of ids, each between end marks; an empty text is both marks."""
        tokens = self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        n_windows = max(1, -(-len(tokens) // (self.window - _MARKS)))
        first, last = (torch.tensor([end]) for end in self._ends)
        parts = torch.tensor(tokens, dtype=torch.long).tensor_split(n_windows)
        return tuple(torch.cat([first, part, last]) for part in parts)

    def ids(self, text: str) -> Tensor:
        """One text -> [T] ids, window after window: `window_sizes` of T says where they meet."""
        return torch.cat(self.windows(text))

    def spans(self, text: str) -> tuple[tuple[int, int] | None, ...]:
        """Of each of a text's ids the characters it stands for, from and to; None for an end mark.

        Raises:
            RefusedError: where the tokenizer does not know.
        """
        if not self._tokenizer.is_fast:
            raise RefusedError(
                f"{type(self._tokenizer).__name__}: found no place in the text for its tokens, expected a "
                "tokenizer with a tokenizer.json"
            )
        read = self._tokenizer(text, add_special_tokens=False, verbose=False, return_offsets_mapping=True)
        places = iter(read["offset_mapping"])
        sizes = [len(window) - _MARKS for window in self.windows(text)]
        return tuple(
            span for size in sizes for span in (None, *(tuple(next(places)) for _ in range(size)), None)
        )


def _require_sentencepiece() -> None:
    """Without these, transformers takes a SentencePiece model for another kind, and says so."""
    for module, package in (("sentencepiece", "sentencepiece"), ("google.protobuf", "protobuf")):
        try:
            found = find_spec(module)
        except ModuleNotFoundError:
            found = None
        if found is None:
            raise MissingExtraError(package, "text")


def _number(path: Path, key: str) -> int:
    """A length that a JSON file of the folder gives; no limit where it gives none."""
    try:
        value = json.loads(path.read_bytes()).get(key)
    except FileNotFoundError:
        return _LONGEST
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise InputError(f"{path.parent.name}/{path.name}: cannot be read ({error})") from error
    return min(int(value), _LONGEST) if isinstance(value, int | float) and value > 0 else _LONGEST
