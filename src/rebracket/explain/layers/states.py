"""What each layer of an encoder holds of a content: its states, averaged over time.

The encoder reads as it always does, one content after the other; what its network says on the way is averaged
at once, so that no more than one window's states are in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, normalize

from rebracket.core.errors import UsageError
from rebracket.features import AnyEncoder, Progress
from rebracket.features.banks import gives_sequences
from rebracket.features.encoder import Content
from rebracket.models.branches.convolution import Convolution
from rebracket.models.branches.transformer import TokenTransformer
from rebracket.models.branches.tuned_text import TunedText
from rebracket.models.reading import Reading
from rebracket.models.threads import one_thread
from rebracket.training import Fitted, Inputs
from rebracket.training.batch import gather

__all__ = ["LayerStates", "branch_states", "layer_states"]

Array = npt.NDArray[np.float64]
LayerStates = dict[str, Array]
"""[n, D] of each layer, by its name, from the first to the last."""

Pooled = tuple[Tensor, int]
Window = Callable[[Tensor], Pooled]
_ROUNDING = 1e-4  # states may be kept in half precision
_MARKS = 2  # at the ends of a window of text, which do not count in its weight


def layer_states(
    encoder: AnyEncoder, contents: Sequence[Content], progress: Progress | None = None
) -> LayerStates:
    """The mean state of every layer of a frozen encoder; of one that is no network, its vectors.

    Windows of a long content are averaged as the encoder averages those of its last layer: of text each
    brought to length 1 and weighing by its tokens, of sound each by its length.

    Args:
        encoder: of `rebracket.features`; one that gives a sequence is averaged over it.
        contents: n texts, or media as bytes.
        progress: called with the contents done and all.

    Raises:
        UsageError: where what it gives are tokens, which mean nothing before a network is trained on them.
        InputError: where a content cannot be read.
    """
    if gives_sequences(encoder) and encoder.kind in ("tokens", "ids"):
        raise UsageError(f"{encoder.name}: found tokens, expected an encoder that gives numbers")
    network = _network(encoder)
    rows = []
    for number, content in enumerate(contents, start=1):
        with _listening(network, _window_of(encoder)) as windows:
            given = _encoded(encoder, content)
        rows.append(_of_content(windows, given))
        if progress is not None:
            progress(number, len(contents))
    return _stacked(rows)


def _network(encoder: AnyEncoder) -> nn.Module | None:
    """The part that has layers; None where the encoder is computed."""
    found: Any = _inner(_inner(encoder))
    heard = getattr(found, "audio_model", found)  # of a network for sounds and texts, what hears
    return heard if isinstance(heard, nn.Module) else None


def _inner(holder: object) -> Any:
    return getattr(holder, "network", None) or getattr(holder, "_network", None)


@contextmanager
def _listening(network: nn.Module | None, pool: Window) -> Iterator[list[list[Pooled]]]:
    """What a network of `transformers` says of each window, layer by layer, from the embeddings on."""
    windows: list[list[Pooled]] = []
    if network is None:
        yield windows
        return

    def ask(module: nn.Module, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        return args, {**named, "output_hidden_states": True, "return_dict": True}

    def hear(module: nn.Module, args: Any, said: Any) -> None:
        windows.append([pool(_over_time(states[0])) for states in said.hidden_states])

    hooks = [network.register_forward_pre_hook(ask, with_kwargs=True), network.register_forward_hook(hear)]
    try:
        yield windows
    finally:
        for hook in hooks:
            hook.remove()


def _over_time(states: Tensor) -> Tensor:
    """[T, D], or maps [D, F, T], which are read at each place -> [T, D]."""
    return states if states.dim() == 2 else states.flatten(1).T


def _encoded(encoder: AnyEncoder, content: Content) -> Array:
    """[D] what the encoder itself gives."""
    if gives_sequences(encoder):
        (sequence,) = encoder.encode_sequences([content])
        return np.asarray(sequence, dtype=np.float64).mean(axis=0)
    return np.asarray(encoder.encode([content])[0], dtype=np.float64)  # type: ignore[union-attr]


def _of_content(windows: list[list[Pooled]], given: Array) -> dict[str, Array]:
    if not windows:
        return {"vector": given}
    found = {}
    for layer, parts in enumerate(zip(*windows, strict=True)):
        total = torch.stack([weight * vector for vector, weight in parts]).sum(dim=0)
        name = "embeddings" if layer == 0 else f"layer {layer}"
        found[name] = (total / sum(weight for _, weight in parts)).double().numpy()
    if not _parallel(given, next(reversed(found.values()))):
        found["vector"] = given  # by a projection or a norm behind the last layer
    return found


def _parallel(one: Array, other: Array) -> bool:
    lengths = np.linalg.norm(one) * np.linalg.norm(other)
    return one.shape == other.shape and float(one @ other) >= (1 - _ROUNDING) * float(lengths)


def _window_of(encoder: AnyEncoder) -> Window:
    """How the encoder makes one vector of a window's states, and what it weighs beside other windows."""
    if encoder.modality != "text":
        return lambda states: (states.mean(dim=0), len(states))
    cls = getattr(encoder, "pooling", getattr(encoder, "_pooling", "mean")) == "cls"

    def pool(states: Tensor) -> Pooled:
        vector = states[0] if cls else states.mean(dim=0)
        return normalize(vector, dim=0), max(1, len(states) - _MARKS)

    return pool


def _stacked(rows: Sequence[Mapping[str, Array]]) -> LayerStates:
    return {name: np.stack([row[name] for row in rows]) for name in (rows[0] if rows else ())}


def branch_states(
    fitted: Fitted, inputs: Inputs, rows: npt.NDArray[np.intp], modality: str
) -> tuple[LayerStates, npt.NDArray[np.bool_]]:
    """The mean state of every layer of a branch that was trained, and [n] which rows have any.

    A row is the mean over its members, as stems, and these over time. Rows without are zeros and must not be
    read. Equal inputs are read once.

    Args:
        fitted: a model that reads the modality.
        inputs: of its encoders.
        rows: [n].
        modality: one of the model's.
    """
    place = inputs.banks[modality].index[rows]
    distinct, which = np.unique(place[place >= 0], return_inverse=True)
    branch, read = fitted.network.branches[modality].eval(), list[dict[str, Array]]()
    with one_thread(), torch.inference_mode():
        for one in distinct.tolist():
            parts = gather(
                {modality: inputs.banks[modality]},
                {modality: fitted.preparations[modality]},
                np.array([[one]], dtype=np.intp),
            )
            read.append(_of_reading(branch, parts[modality].reading))
    found = {}
    for name, values in _stacked(read).items():
        found[name] = np.zeros((len(rows), values.shape[1]))
        found[name][place >= 0] = values[which]
    return found, place >= 0


def _of_reading(branch: nn.Module, reading: Reading) -> dict[str, Array]:
    """One input: its members one by one, so that none is padded beside another, and their mean."""
    lengths = [None] * len(reading.values) if reading.mask is None else reading.mask.sum(dim=1).tolist()
    members = [
        _of_member(branch, reading.values[number, :length] if length is not None else reading.values[number])
        for number, length in enumerate(lengths)
    ]
    return {name: np.mean([member[name] for member in members], axis=0) for name in members[0]}


def _of_member(branch: nn.Module, values: Tensor) -> dict[str, Array]:
    """[T, F] or [F] -> the mean state of each layer."""
    heard = _HEARD.get(type(branch), _of_projection)(branch, values)
    return {
        name: states.double().reshape(-1, states.shape[-1]).mean(dim=0).numpy()
        for name, states in heard.items()
    }


def _of_projection(branch: Any, values: Tensor) -> dict[str, Tensor]:
    return {"vector": values, "projection": branch(values, None)[0]}


def _of_convolution(branch: Any, values: Tensor) -> dict[str, Tensor]:
    heard = _outputs(list(branch.norms), lambda: branch(values[None], _all(values)))
    return {
        "frames": values,
        **{f"convolution {place}": gelu(said) for place, said in enumerate(heard, start=1)},
    }


def _of_tokens(branch: Any, values: Tensor) -> dict[str, Tensor]:
    first: list[Tensor] = []
    hook = branch.encoder.register_forward_pre_hook(lambda module, args: first.append(args[0]))
    try:
        heard = _outputs(list(branch.encoder.layers), lambda: branch(values[None], _all(values)))
    finally:
        hook.remove()
    layers = {f"layer {place}": said for place, said in enumerate(heard, start=1)}
    return {"embeddings": first[0], **layers}


def _of_tuned_text(branch: Any, values: Tensor) -> dict[str, Tensor]:
    """The reader's windows differ by an id at most; what pads the shorter ones is left out."""
    windows: list[tuple[Tensor, ...]] = []
    masks: list[Tensor] = []

    def ask(module: nn.Module, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        masks.append(named["attention_mask"].bool())
        return args, {**named, "output_hidden_states": True}

    network = branch.reader.network
    hooks = [
        network.register_forward_pre_hook(ask, with_kwargs=True),
        network.register_forward_hook(lambda module, args, said: windows.append(said.hidden_states)),
    ]
    try:
        last = branch.reader(values[None, :, 0], _all(values))
    finally:
        for hook in hooks:
            hook.remove()
    found = {
        "embeddings" if layer == 0 else f"layer {layer}": states[masks[0]]
        for layer, states in enumerate(windows[0])
    }
    return {**found, "projection": branch.project(last)}


_HEARD: dict[type[nn.Module], Callable[[Any, Tensor], dict[str, Tensor]]] = {
    Convolution: _of_convolution,
    TokenTransformer: _of_tokens,
    TunedText: _of_tuned_text,
}


def _all(values: Tensor) -> Tensor:
    return torch.ones(1, len(values), dtype=torch.bool)


def _outputs(modules: Sequence[nn.Module], run: Callable[[], object]) -> list[Tensor]:
    """What each module says while something runs."""
    heard: dict[int, Tensor] = {}
    hooks = [
        module.register_forward_hook(lambda module, args, said, place=place: heard.__setitem__(place, said))
        for place, module in enumerate(modules)
    ]
    try:
        run()
    finally:
        for hook in hooks:
            hook.remove()
    return [heard[place] for place in range(len(modules))]
