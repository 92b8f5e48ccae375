"""Frames over time, of a spectrogram or a piano roll, by a convolutional network."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.functional import gelu

__all__ = ["Convolution"]

_STRIDES = (2, 2, 2, 2)
_KERNEL = 5


class Convolution(nn.Module):
    """Four convolutions over time, each halving it; a frame's bands or pitches are the channels.

    What lies behind the end of a sequence never reaches what lies before it: padding a batch further
    changes nothing.

    Args:
        width: F, bands or pitches of a frame.
        hidden: H.
    """

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        widths = (width, *(hidden for _ in _STRIDES))
        self.layers = nn.ModuleList(
            nn.Conv1d(narrow, wide, _KERNEL, stride, padding=_KERNEL // 2)
            for narrow, wide, stride in zip(widths, widths[1:], _STRIDES, strict=False)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(hidden) for _ in _STRIDES)

    def forward(self, values: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """[M, T, F], [M, T] -> [M, ceil(T / 16), H] and its mask."""
        for layer, norm, stride in zip(self.layers, self.norms, _STRIDES, strict=True):
            silenced = (values * mask[..., None]).transpose(1, 2)
            values = gelu(norm(layer(silenced).transpose(1, 2)))
            mask = mask[:, ::stride]
        return values, mask
