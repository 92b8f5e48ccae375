"""The model card of a run, as the Hugging Face Hub reads it; every number stands in a claim marker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from rebracket.evaluation.cards.markdown import audit_text, inline, sections, table
from rebracket.evaluation.claims import claim_of
from rebracket.features.encoders.weights import is_hub_id

__all__ = ["model_card"]

_METRICS = ("accuracy", "macro_f1")
_TASKS = {"text": "text-classification", "audio": "audio-classification"}


def model_card(
    name: str,
    recipe: Mapping[str, Any],
    evaluation: Mapping[str, Any],
    records: Sequence[Mapping[str, Any]],
    audits: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The text of a run's ``README.md``.

    Args:
        name: of the run.
        recipe: what was trained, as plain data.
        evaluation: ``rebracket.evaluate/1``.
        records: the evaluation's own; the card quotes them and nothing else.
        audits: documents ``rebracket.audit/1`` of the same dataset.
    """
    front = yaml.safe_dump(_front(name, recipe, records), sort_keys=False, allow_unicode=True)
    told = {
        "What it is": _what(recipe, evaluation),
        "What it is for": _USE,
        "What the scores are evidence of": _evidence(evaluation),
        "Scores": _scores(records),
        "Cheaper ways to the same labels": _baselines(records),
        "What the audit of its data found": audit_text(audits),
        "Seals": _seals(records),
        "How it was made": _made(recipe, records),
    }
    return f"---\n{front}---\n# {name}\n\n{sections(told)}\n"


_USE = """\
For scoring segments of the catalogue that it was trained on, and new songs like those. It is not for other
artists, for judging people, or as proof that a taxonomy can be heard: what may be claimed is said below."""


def _front(name: str, recipe: Mapping[str, Any], records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    task = next((_TASKS[input_] for input_ in _TASKS if recipe.get(input_)), "other")
    honest = [record for record in records if not record["leaky"]]  # an index knows no word like leaky
    return {
        "library_name": "rebracket",
        "pipeline_tag": task if task != "other" else None,
        "tags": ["music", "rebracket", *sorted({record["target"] for record in records})],
        "model-index": [{"name": name, "results": [_result(task, one) for one in honest]}],
    }


def _result(task: str, record: Mapping[str, Any]) -> dict[str, Any]:
    metrics = [
        {
            "type": metric,
            "name": f"{metric}, {record['n_units']} {record['unit']}s held out",
            "value": record["metrics"][metric]["value"],
            "args": {key: record["metrics"][metric][key] for key in ("low", "high", "level")},
        }
        for metric in _METRICS
        if metric in record["metrics"]
    ]
    dataset = {"type": "rebracket", "name": f"data {record['data_hash'][:12]}", "split": record["protocol"]}
    return {"task": {"type": task, "name": record["target"]}, "dataset": dataset, "metrics": metrics}


def _what(recipe: Mapping[str, Any], evaluation: Mapping[str, Any]) -> str:
    reads = [
        f"{kind} through {inline(recipe[kind])}" for kind in ("text", "audio", "midi") if recipe.get(kind)
    ]
    labels = [
        (inline(target), entry["provenance"] or "–", ", ".join(c["name"] for c in entry["distribution"]))
        for target, entry in evaluation["targets"].items()
    ]
    listed = table(("target", "where its labels come from", "classes"), labels)
    return f"A model for each target. It reads {' and '.join(reads) or 'what its recipe says'}.\n\n{listed}"


def _evidence(evaluation: Mapping[str, Any]) -> str:
    """The verdicts as they were reached; their numbers are those of the records below."""
    told = [
        f"- {inline(target)}: {inline(sentence)}"
        for target, entry in evaluation["targets"].items()
        for sentence in entry["verdict"]
    ]
    return "\n".join(told)


def _scores(records: Sequence[Mapping[str, Any]]) -> str:
    rows = []
    for record in records:
        named = f"{record['protocol']} (leaky)" if record["leaky"] else record["protocol"]
        claims = [claim_of(record, metric) for metric in _METRICS if metric in record["metrics"]]
        rows.append((inline(record["target"]), named, *claims, *[""] * (len(_METRICS) - len(claims))))
    text = "Brackets are 95 % intervals. Rows marked leaky show what a random split would have told.\n\n"
    return text + table(("target", "protocol", *_METRICS), rows) if rows else ""


def _baselines(records: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (inline(record["target"]), baseline, claim_of(record, f"baselines.{baseline}.accuracy"))
        for record in records
        if record["protocol"] == "songs"
        for baseline, scores in record["baselines"].items()
        if "accuracy" in scores
    ]
    return table(("target", "baseline", "accuracy, songs held out"), rows) if rows else ""


def _seals(records: Sequence[Mapping[str, Any]]) -> str:
    openings = {tuple(sorted(one.items())) for record in records for one in record["seal_openings"]}
    if not openings:
        return ""
    keys = ("date", "album", "run", "reason")
    rows = sorted(tuple(str(dict(one)[key]) for key in keys) for one in openings)
    return "Sealed albums were opened:\n\n" + table(keys, rows)


def _made(recipe: Mapping[str, Any], records: Sequence[Mapping[str, Any]]) -> str:
    facts = list(_facts(records))
    settings = [(inline(key), inline(value)) for key, value in recipe.items() if _is_told(key, value)]
    return "\n\n".join([*facts, table(("setting", "value"), settings)])


def _is_told(key: str, value: Any) -> bool:
    """A card is published: where folders are on this machine is nobody's business."""
    if key in ("text_weights", "audio_weights"):
        return value is not None and is_hub_id(value)
    return value is not None and key != "init_from"


def _facts(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for record in records[:1]:
        yield f"rebracket {inline(record['code'])}, data {inline(record['data_hash'])}."
