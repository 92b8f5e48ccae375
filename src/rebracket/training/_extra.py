"""Says which package to install, before an import of it fails; imported first by the package."""

from importlib.util import find_spec

from rebracket.core.errors import MissingExtraError

__all__: list[str] = []

for _package in ("torch", "safetensors"):
    if find_spec(_package) is None:
        raise MissingExtraError(_package, "train")
