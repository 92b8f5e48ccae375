"""Reads a pretrained network, its tokenizer or its extractor from a folder, or says in a line why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors import SafetensorError

from rebracket.core.errors import InputError
from rebracket.models.threads import one_thread

__all__ = ["hidden_size", "load_config", "load_network", "load_part", "quiet", "try_out"]

_OFFLINE = {"local_files_only": True, "trust_remote_code": False}
# Parts that no vector here is made with: a pooler over [CLS], and what stands for masked audio in training.
_UNUSED = re.compile(r"(^|\.)(pooler\.|masked_spec_embed$|position_ids$)")


def load_config(folder: Path) -> Any:
    """The network's configuration.

    Raises:
        InputError: where it is missing, broken, or of a network that only code of its own can run.
    """
    return load_part(transformers.AutoConfig, folder)


def hidden_size(config: Any, folder: Path) -> int:
    """The width of the last hidden state. Raises `InputError` where the configuration gives none."""
    width = getattr(config, "hidden_size", None)
    if not isinstance(width, int) or width < 1:
        raise InputError(
            f"{folder.name}: found a network of type {config.model_type!r}, "
            "expected an encoder with a hidden_size"
        )
    return width


def load_part(kind: Any, folder: Path, **options: Any) -> Any:
    """What `kind.from_pretrained` reads in the folder: a configuration, a tokenizer, an extractor.

    Raises:
        InputError: where it cannot.
    """
    try:
        with quiet():
            return kind.from_pretrained(folder, **_OFFLINE, **options)
    except Exception as error:  # the tokenizers' own errors are of no narrower kind
        raise InputError(_told(folder, kind, error)) from error


def load_network(kind: Any, folder: Path, **options: Any) -> Any:
    """The network in float32, for use: no weight is left to chance.

    Raises:
        InputError: where weights are broken, or a part of the network has none.
    """
    network, info = load_part(
        kind, folder, use_safetensors=True, dtype=torch.float32, output_loading_info=True, **options
    )
    missing = sorted(name for name in info["missing_keys"] if not _UNUSED.search(name))
    if missing:
        raise InputError(
            f"{folder.name}: found no weights for {len(missing)} parts of {type(network).__name__}, first "
            f"{missing[0]!r}; expected all: these are the weights of another network"
        )
    return network.eval()


def try_out(folder: Path, run: Callable[[], object]) -> None:
    """Runs a network once on as much as it is said to take, before anything is read by it.

    Raises:
        InputError: where it fails: the files of the folder do not fit each other.
    """
    try:
        with one_thread(), torch.inference_mode():
            run()
    except Exception as error:  # what a network raises then is of any kind
        said = " ".join(str(error).split())[:200]
        raise InputError(
            f"{folder.name}: found files that do not fit each other ({said}), expected those of one network"
        ) from error


def _told(folder: Path, kind: Any, error: BaseException) -> str:
    name = kind.__name__
    if isinstance(error, SafetensorError):
        return f"{folder.name}: found broken safetensors ({error}), expected {name}; copy the weights again"
    said = " ".join(str(error).split()) or type(error).__name__
    said = said.replace(str(folder), folder.name)
    return f"{folder.name}: cannot be read as {name}: {said[:200]}{'…' if len(said) > 200 else ''}"


@contextmanager
def quiet() -> Iterator[None]:
    """Loading shows a bar and a report on stderr, also where nobody watches."""
    told: Any = transformers.utils.logging
    was_on, before = told.is_progress_bar_enabled(), told.get_verbosity()
    told.disable_progress_bar()
    told.set_verbosity_error()
    try:
        yield
    finally:
        told.set_verbosity(before)
        if was_on:
            told.enable_progress_bar()
