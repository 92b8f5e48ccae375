"""Recipes: what to learn, from what, and how, on one flat page."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from rebracket.features import AUDIO, FITTED_TEXT, MIDI, TEXT, Weights

__all__ = ["MODALITIES", "Recipe"]

MODALITIES = ("text", "audio", "midi")
TOKENS = ("events", "bars")
LEARNED = ("cnn", "piano_roll", *TOKENS)
"""Encoders that give frames or tokens, which a network that is trained has to read."""


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


_Share = Annotated[float, Field(ge=0.0, lt=1.0)]
_Rate = Annotated[float, Field(gt=0.0, le=1.0)]
_Place = Annotated[str, Field(min_length=1, max_length=4096)]
_Weights = dict[str, Annotated[float, Field(gt=0.0, le=1e6)]]
Names = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]


class Recipe(BaseModel):
    """One model a target, all from the same inputs.

    Args:
        name: how the recipe is called.
        targets: what is predicted, each by a model of its own.
        text: how text is read: by an encoder of `rebracket.features.TEXT`, by `tfidf` (words of the
            training songs), or null for none.
        text_fields: the columns whose text is read, joined.
        text_weights: a folder or hub id of the text encoder's weights; null for its own.
        text_pooling: `mean` or `cls`: a vector a text; `attention`: a vector a token, pooled by what is
            learned.
        text_tuning: `frozen` leaves the encoder as it is; `lora` trains low-rank additions to it (Hu et
            al., 2022), `full` all of it; `contrastive` tunes it on pairs of training songs, then leaves it
            (Tunstall et al., 2022).
        tuning_epochs: passes over the training texts in contrastive tuning.
        audio: how the stem is read: by an encoder of `rebracket.features.AUDIO`, or null.
        audio_weights: a folder or hub id of the audio encoder's weights; null for its own.
        audio_pooling: as `text_pooling`, over time.
        midi: how the stem's MIDI is read: by an encoder of `rebracket.features.MIDI`, or null.
        stems: `rows` reads the stem of each row; `attention` reads all stems of the segment, pooled by what
            is learned, so that all rows of a segment are one.
        features: `cached` keeps what encoders give beside the dataset; `memory` keeps nothing on disk.
        choose: whether inputs and hidden layer are chosen, by cross-validation over the training songs,
            among what the recipe names: each input by itself and with one other, text also by its
            words, with the hidden layer and without.
        effort: `auto` tries a linear probe, the recipe with its encoders frozen, and the recipe as it is, by
            cross-validation over the training songs, and takes the smallest that is not worse; `fixed`
            takes the recipe as it is.
        init_from: folder of a run on the same data, from whose encoder (projections and hidden layer)
            training starts; the layer that classifies is new. Null for none.
        fusion: how modalities meet: one of `rebracket.models.fusion.FUSIONS`.
        hidden: width of the hidden layer; 0 for a linear probe.
        dropout: share of hidden units dropped in training.
        heads: of the attention between modalities.
        attention_dropout: share of that attention dropped in training.
        modality_dropout: chance that a modality is hidden from a training input, never the last one.
        branch_loss: how much the loss of each modality's own answer weighs beside that of all together.
        pretrain_epochs: passes that bring the modalities of a segment together before any label is seen.
        learning_rate: of AdamW (Loshchilov and Hutter, 2019).
        learning_rates: that of a modality, where it is another.
        clip_norm: the most that the gradient of each modality's own weights may be long; 0 for no bound.
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
    text: str | None = None
    text_fields: Names = ("concept",)
    text_weights: _Place | None = None
    text_pooling: Literal["mean", "cls", "attention"] = "mean"
    text_tuning: Literal["frozen", "lora", "full", "contrastive"] = "frozen"
    tuning_epochs: int = Field(default=1, ge=1, le=1000)
    audio: str | None = None
    audio_weights: _Place | None = None
    audio_pooling: Literal["mean", "attention"] = "mean"
    midi: str | None = None
    stems: Literal["rows", "attention"] = "rows"
    features: Literal["cached", "memory"] = "cached"
    choose: bool = False
    effort: Literal["fixed", "auto"] = "fixed"
    init_from: _Place | None = None
    fusion: Literal["early", "late", "gated", "cross_attention"] = "early"
    hidden: int = Field(default=0, ge=0, le=4096)
    dropout: _Share = 0.0
    heads: int = Field(default=4, ge=1, le=64)
    attention_dropout: _Share = 0.0
    modality_dropout: _Share = 0.0
    branch_loss: float = Field(default=0.0, ge=0.0, le=100.0)
    pretrain_epochs: int = Field(default=0, ge=0, le=10_000)
    learning_rate: _Rate = 0.003
    learning_rates: dict[Literal["text", "audio", "midi"], _Rate] = {}
    clip_norm: float = Field(default=0.0, ge=0.0, le=1e6)
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

    @field_validator("text", "audio", "midi")
    @classmethod
    def _is_known(cls, name: str | None, info: ValidationInfo) -> str | None:
        known = {"text": (*FITTED_TEXT, *TEXT), "audio": AUDIO, "midi": MIDI}[str(info.field_name)]
        if name is not None and name not in known:
            raise ValueError(f"one of {', '.join(sorted(known))}")
        return name

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

    @model_validator(mode="after")
    def _fits_together(self) -> Recipe:
        learned = [name for name in (self.audio, self.midi) if name in LEARNED]
        tokens = self.midi in TOKENS
        for problem, found in (
            ("a fusion other than early without a hidden layer", self.fusion != "early" and not self.hidden),
            ("text_tuning without a text encoder", self.tunes and self.text in (None, *FITTED_TEXT)),
            ("text_tuning without a hidden layer", self.tunes and not self.hidden),
            ("branch_loss without a hidden layer", self.branch_loss and not self.hidden),
            (f"{', '.join(learned)} without a hidden layer", learned and not self.hidden),
            ("a hidden layer that heads do not divide", self._attends and self.hidden % self.heads),
            (f"{self.midi} with a hidden layer that 4 does not divide", tokens and self.hidden % 4),
            ("choose beside a fusion other than early", self.choose and self.fusion != "early"),
            (f"choose beside {', '.join(learned)}, which are trained", self.choose and learned),
            ("choose beside text_tuning, where it chooses among frozen encoders", self.choose and self.tunes),
            ("choose beside effort: auto; it has efforts of its own", self.choose and self.effort == "auto"),
            ("init_from beside effort: auto", self.init_from is not None and self.effort == "auto"),
        ):
            if found:
                raise ValueError(f"found {problem}")
        return self

    @property
    def tunes(self) -> bool:
        """Whether the text encoder is changed."""
        return self.text_tuning != "frozen"

    @property
    def _attends(self) -> bool:
        return self.fusion == "cross_attention"

    @property
    def modalities(self) -> tuple[str, ...]:
        """What is read, in order of `MODALITIES`."""
        return tuple(name for name in MODALITIES if getattr(self, name) is not None)

    def weights_of(self, modality: str) -> Weights:
        """Which weights the encoder of a modality reads, and what it gives of its states."""
        source = {"text": self.text_weights, "audio": self.audio_weights}.get(modality)
        pooling = {"text": self.text_pooling, "audio": self.audio_pooling}.get(modality, "mean")
        return Weights(source, pooling)

    def only(self, modalities: tuple[str, ...]) -> Recipe:
        """The same recipe reading some of its modalities."""
        changes: dict[str, str | None] = {name: None for name in MODALITIES if name not in modalities}
        if "text" in changes:
            changes["text_tuning"] = "frozen"
        return self.model_copy(update=changes)

    @property
    def gamma(self) -> float:
        """The exponent of the loss; 0 where it is the cross entropy."""
        return self.focusing if self.loss == "focal" else 0.0
