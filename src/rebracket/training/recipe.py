"""Recipes: what to learn, from what, and how, on one flat page."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from rebracket.core.errors import UsageError

__all__ = ["Recipe", "load_recipe", "shipped_recipes"]

_MAX_BYTES = 100_000


def _listed(value: Any) -> Any:
    """`a,b` and a single name are lists too: that is how they are written on a command line."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    return tuple(value) if isinstance(value, list) else value


def _named(value: Any) -> Any:
    """YAML reads `yes` and `no`, which are classes, as true and false."""
    if not isinstance(value, dict):
        return value
    return {
        {True: "yes", False: "no"}.get(key, key) if isinstance(key, bool) else key: v
        for key, v in value.items()
    }


_Weights = dict[str, Annotated[float, Field(gt=0.0, le=1e6)]]
Names = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]


class Recipe(BaseModel):
    """One model a target, all from the same inputs.

    Args:
        name: how the recipe is called.
        targets: what is predicted, each by a model of its own.
        text: how text is read: `minilm` (frozen sentence vectors), `tfidf` (words of the training
            songs), or null for none.
        text_fields: the columns whose text is read, joined.
        audio: how the stem is read: `spectral`, or null.
        midi: how the stem's MIDI is read: `histogram`, or null.
        choose: whether inputs and hidden layer are chosen, by cross-validation over the training songs,
            among what the recipe names: each input by itself and with one other, text also by its
            words, with the hidden layer and without.
        init_from: folder of a run on the same data, from whose encoder (projections and hidden layer)
            training starts; the layer that classifies is new. Null for none.
        hidden: width of the hidden layer; 0 for a linear probe.
        dropout: share of hidden units dropped in training.
        learning_rate: of AdamW (Loshchilov and Hutter, 2019).
        weight_decay: of AdamW.
        epochs: the most passes over the training rows; the best number up to it is used.
        batch_size: distinct inputs a step.
        class_weight: `balanced` gives each class the same say, `none` each row; or a weight for each class
            by name, 1 where nothing is said.
        loss: `cross_entropy`, or `focal` (Lin et al., 2017), which looks less at what is known already.
        focusing: how much less; the exponent of the focal loss, 0 is the cross entropy.
        sampling: `by_song` lets every song count alike, whatever the number of its rows, before classes are
            weighed; `none` lets every row.
        unknown_types: what a type of rebracketing is that the ontology does not have: `other`, its other
            type, or an `error`.
        validation_share: share of each class's training songs that choose the number of epochs; at
            least one song of a class that has two.
        seed: of every random number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    name: str = Field(default="unnamed", pattern=r"^[A-Za-z0-9_][A-Za-z0-9_ -]{0,79}$")
    targets: Names
    text: Literal["minilm", "tfidf"] | None = None
    text_fields: Names = ("concept",)
    audio: Literal["spectral"] | None = None
    midi: Literal["histogram"] | None = None
    choose: bool = False
    init_from: str | None = Field(default=None, min_length=1, max_length=4096)
    hidden: int = Field(default=0, ge=0, le=4096)
    dropout: float = Field(default=0.0, ge=0.0, lt=1.0)
    learning_rate: float = Field(default=0.003, gt=0.0, le=1.0)
    weight_decay: float = Field(default=0.05, ge=0.0, le=10.0)
    epochs: int = Field(default=60, ge=1, le=10_000)
    batch_size: int = Field(default=1024, ge=1, le=1_000_000)
    class_weight: Annotated[Literal["balanced", "none"] | _Weights, BeforeValidator(_named)] = "balanced"
    loss: Literal["cross_entropy", "focal"] = "cross_entropy"
    focusing: float = Field(default=2.0, ge=0.0, le=10.0)
    sampling: Literal["none", "by_song"] = "none"
    unknown_types: Literal["other", "error"] = "other"
    validation_share: float = Field(default=0.2, gt=0.0, lt=1.0)
    seed: int = Field(default=0, ge=0, lt=2**32)

    @model_validator(mode="after")
    def _reads_something(self) -> Recipe:
        if self.text is None and self.audio is None and self.midi is None:
            raise ValueError("found no input, expected at least one of text, audio, midi")
        if len(set(self.targets)) < len(self.targets):
            raise ValueError("found a target twice")
        if not isinstance(self.class_weight, str) and len(self.targets) > 1:
            raise ValueError("found class_weight by name for several targets, expected one target")
        if self.init_from is not None and (self.choose or not self.hidden):
            raise ValueError(
                "found init_from without a hidden layer of a fixed width, expected hidden and no choose"
            )
        return self

    @property
    def gamma(self) -> float:
        """The exponent of the loss; 0 where it is the cross entropy."""
        return self.focusing if self.loss == "focal" else 0.0


def shipped_recipes() -> dict[str, str]:
    """The recipes that come with the package: {name: YAML text}, sorted by name."""
    folder = files("rebracket") / "recipes"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".yaml")), key=lambda i: i.name)
    return {item.name.removesuffix(".yaml"): item.read_text("utf-8") for item in found}


def load_recipe(name_or_path: str, overrides: Sequence[str] = ()) -> Recipe:
    """Reads a shipped recipe by name or any recipe by path, with values changed as `key=value`.

    Raises:
        UsageError: for a recipe that is not there, a key that does not exist (names the nearest), a
            value that cannot be, an override that is not `key=value`.
    """
    text, place = _text_of(name_or_path)
    values = _mapping(text, place)
    values.setdefault("name", place.removesuffix(".yaml").removesuffix(".yml"))
    for override in overrides:
        key, value = _override(override)
        values[key] = value
    return _recipe(values, place)


def _text_of(name_or_path: str) -> tuple[str, str]:
    """The YAML text and the file's name."""
    path = Path(name_or_path)
    if path.suffix not in (".yaml", ".yml") and len(path.parts) <= 1:
        shipped = shipped_recipes()
        if name_or_path in shipped:
            return shipped[name_or_path], f"{name_or_path}.yaml"
        names = ", ".join(shipped)
        raise UsageError(
            f"found no recipe {name_or_path!r}{_nearest(name_or_path, shipped)}; there are {names}"
        )
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageError(f"{path.name}: found more than {_MAX_BYTES} bytes, expected a recipe")
        return path.read_text("utf-8"), path.name
    except (OSError, ValueError) as error:
        raise UsageError(f"{path.name}: found {_first_line(error)}, expected a recipe in YAML") from error


def _mapping(text: str, place: str) -> dict[str, Any]:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UsageError(f"{place}: found {_first_line(error)}, expected a recipe in YAML") from error
    if not isinstance(content, dict) or not isinstance(node, yaml.MappingNode):
        raise UsageError(f"{place}: found {type(content).__name__}, expected keys such as 'targets: [color]'")
    keys = [key.value for key, _ in node.value]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise UsageError(f"{place}: found the key {twice!r} twice")
    return {str(key): value for key, value in content.items()}


def _override(text: str) -> tuple[str, Any]:
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise UsageError(f"--set: found {text!r}, expected key=value, such as epochs=20")
    try:
        return key.strip(), yaml.safe_load(value)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UsageError(f"--set {key}: found {_first_line(error)}, expected a value") from error


def _recipe(values: dict[str, Any], place: str) -> Recipe:
    known = list(Recipe.model_fields)
    for key in values:
        if key not in known:
            raise UsageError(f"{place}: found key {key!r}{_nearest(key, known)}; keys are {', '.join(known)}")
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        key = ".".join(str(part) for part in errors[0]["loc"][:1])
        # Of several ways to write a value, the one that went furthest is what was meant.
        first = max((one for one in errors if one["loc"][:1] == errors[0]["loc"][:1]), key=_depth)
        if not key:
            raise UsageError(f"{place}: {first['msg'].removeprefix('Value error, ')}") from error
        found = "nothing" if first["type"] == "missing" else repr(values.get(key))
        raise UsageError(f"{place}: {key}: found {found:.80}, expected: {first['msg']}") from error


def _depth(error: Any) -> int:
    return len(error["loc"])


def _nearest(name: str, names: Sequence[str] | dict[str, str]) -> str:
    near = difflib.get_close_matches(name, list(names), n=1, cutoff=0.5)
    return f", did you mean {near[0]!r}?" if near else ""


def _first_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error).splitlines() or [type(error).__name__])[0]
