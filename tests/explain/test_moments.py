"""Rows become moments; the mix speaks for a segment, else its loudest stem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pytest

from rebracket.explain import class_keys, clips, describe
from rebracket.ontology import rainbow_table

COLORS = list(rainbow_table().colors)


def row(segment: str, track: int, **values: object) -> dict[str, object]:
    return {
        "row_id": f"{segment}-{track}",
        "segment_id": segment,
        "song_id": "s",
        "album_id": "a",
        "title": "A title",
        "start_s": 1.0,
        "end_s": 3.0,
        "section_name": "Verse 1",
        "section": "verse",
        "lyrics": " a line ",
        "color": COLORS[1],
        "has_audio": True,
        "level_dbfs": -20.0,
        **values,
    }


def test_a_segment_of_many_rows_is_one_moment() -> None:
    rows = pa.Table.from_pylist([row("x", 1), row("x", 2), row("y", 1, lyrics="")])
    found = describe(rows, ["y", "x"], rainbow_table())
    assert [item.moment.id for item in found] == ["y", "x"]
    assert found[1].moment.line == "a line"
    assert (found[0].song_id, found[0].album_id, found[0].moment.section) == ("s", "a", "Verse 1")


@pytest.mark.parametrize(
    ("values", "field", "expected"),
    [
        ({"title": None}, "title", "s"),
        ({"lyrics": None}, "line", ""),
        ({"section_name": None}, "section", "verse"),
        ({"section_name": None, "section": None}, "section", ""),
        ({"color": "unheard of"}, "class_id", None),
        ({"color": None}, "class_id", None),
    ],
)
def test_what_is_not_known_is_said_plainly(values: dict[str, object], field: str, expected: object) -> None:
    columns = pa.schema(
        [(name, pa.string()) for name in ("title", "lyrics", "section_name", "section", "color")]
    )
    table = pa.Table.from_pylist([row("x", 1, **values)])
    for name in columns.names:
        table = table.set_column(table.column_names.index(name), name, table.column(name).cast(pa.string()))
    (found,) = describe(table, ["x"], rainbow_table())
    assert getattr(found.moment, field) == expected


def test_classes_come_by_the_year_of_their_album_whatever_order_they_are_stored_in() -> None:
    stored = rainbow_table()
    years = {color.id: color.released for color in stored.colors.values() if color.released}
    shuffled = replace(
        stored, colors={id_: stored.colors[id_] for id_ in sorted(stored.colors, reverse=True)}
    )
    rows = pa.Table.from_pylist([row(f"s{i}", 1, color=id_) for i, id_ in enumerate(COLORS)])
    keys = class_keys(describe(rows, [f"s{i}" for i in range(len(COLORS))], shuffled), shuffled)
    known = [years[key.id] for key in keys if key.id in years]
    assert known == sorted(known)
    assert keys[-1].id not in years


def test_classes_that_do_not_occur_are_left_out() -> None:
    rows = pa.Table.from_pylist([row("x", 1, color=COLORS[3]), row("y", 1, color=COLORS[0])])
    keys = class_keys(describe(rows, ["x", "y"], rainbow_table()), rainbow_table())
    assert [key.id for key in keys] == [COLORS[0], COLORS[3]]


def test_the_mix_speaks_for_a_segment_else_its_loudest_stem() -> None:
    rows = pa.Table.from_pylist(
        [
            row("mixed", 1, level_dbfs=0.0),
            row("stems", 1, level_dbfs=-30.0),
            row("stems", 2, level_dbfs=-10.0),
            row("stems", 3, level_dbfs=-1.0, has_audio=False),
            row("mute", 1, has_audio=False),
        ]
    )
    stored = [("mixed-1", b"no"), ("stems-1", b"quiet"), ("stems-2", b"loud")]
    found = dict(clips(rows, lambda: iter([("mixed", b"mix")]), lambda: iter(stored)))
    assert found == {"mixed": b"mix", "stems": b"loud"}


def test_stems_are_not_read_where_every_segment_has_a_mix() -> None:
    def unread() -> Iterator[tuple[str, bytes]]:
        raise AssertionError("stems were read")

    rows = pa.Table.from_pylist([row("x", 1)])
    assert dict(clips(rows, lambda: iter([("x", b"mix")]), unread)) == {"x": b"mix"}
