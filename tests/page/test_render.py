"""A page is one inert file: same input same bytes, no request, no text that becomes markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core import Interval
from rebracket.core.errors import InputError
from rebracket.page import (
    ClassCount,
    ClassKey,
    ClassScore,
    Confusion,
    Distribution,
    Dot,
    Exemplars,
    MapSection,
    Moment,
    Page,
    Pair,
    PerClass,
    Prose,
    Protocol,
    RunSection,
    ScoreRow,
    ScoreTable,
    SideBySide,
    VerdictSection,
    render,
    write_page,
)
from rebracket.page.document import clock
from rebracket.page.render import TEMPLATES, count, number, shade

HOSTILE = "<script>alert(1)</script></script><img src=x onerror=alert(2)>\"'&amp;]]>--> \u2028 {{ 7 * 7 }}"


class Markup(HTMLParser):
    """Collects the tags, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.blocks: list[tuple[dict[str, str | None], str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.tags[-1] if self.tags else ("", {})
        if tag == "script" and data.strip():
            self.blocks.append((attributes, data))
        self.texts.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def block(self, id_: str) -> object:
        return json.loads(next(text for attributes, text in self.blocks if attributes.get("id") == id_))


def page(text: str = "plain", *, sound: bool = True) -> Page:
    """A page with every kind of section, ``text`` wherever a user's words can stand."""
    key = ClassKey(text, text, "#AE1E36")
    moments = [
        Moment(f"{text}-{index}", text, text, 61.5 * index, 61.5 * index + 4, text, text)
        for index in range(3)
    ]
    dots = tuple(Dot(moment, index, -index, ((index + 1) % 3,)) for index, moment in enumerate(moments))
    score = Interval(0.5, 0.25, 0.75)
    figures = PerClass(
        text, (ClassScore(text, 0.5, None, 0.25, 1234, 5),), leaky=True, hexes={text: "#AE1E36"}
    )
    confusion = Confusion(text, (text, "b"), ((9, 1), (0, 0)), caption=text)
    sections = (
        MapSection(text, text, (key,), dots, (text,), chosen=1),
        Exemplars(text, text, (Pair(key, moments[0], None),)),
        RunSection(text, text, ((text, text),)),
        VerdictSection(text, (text, text), (text,)),
        ScoreTable(
            text,
            (Protocol(text, text, leaky=True), Protocol("songs", text)),
            (ScoreRow(text, (score, None), ours=True),),
            text,
        ),
        Distribution(text, (ClassCount(text, 1, None, 3, 4),), {text: "#AE1E36"}, text),
        Prose(text, (text,)),
        SideBySide((figures, confusion)),
    )
    sounds = {text: {moment.id: b"not really mp3" for moment in moments[:2]}} if sound else {}
    return Page(text, text, sections, sounds)


def test_every_kind_of_section_is_on_the_test_page() -> None:
    shown = {type(section) for section in page().sections} | {PerClass, Confusion}
    assert shown == set(TEMPLATES)


def test_the_same_page_gives_the_same_text() -> None:
    assert render(page()) == render(page())


def test_hostile_text_adds_no_tag_and_is_shown_as_it_is() -> None:
    tame, hostile = Markup(render(page())), Markup(render(page(HOSTILE)))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in tame.tags]
    assert [sorted(attributes) for _, attributes in hostile.tags] == [sorted(a) for _, a in tame.tags]
    assert any(text.strip() == HOSTILE for text in hostile.texts)


@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1, max_size=20)
)
@settings(max_examples=25, deadline=None)
def test_no_text_changes_the_markup(text: str) -> None:
    found = Markup(render(page("x" + text + "x")))
    assert [tag for tag, _ in found.tags] == [tag for tag, _ in Markup(render(page())).tags]
    assert found.block("map-data")["moments"][0]["line"] == "x" + text + "x"


def test_the_data_for_the_script_survive_as_they_are() -> None:
    found = Markup(render(page(HOSTILE)))
    data = found.block("map-data")
    assert data["chosen"] == 1
    assert data["moments"][2]["title"] == HOSTILE
    assert data["moments"][2]["time"] == "2:03–2:07"
    assert data["moments"][2]["near"] == [0]
    assert found.block("sound-groups") == {HOSTILE: [f"{HOSTILE}-0", f"{HOSTILE}-1"]}


def test_sounds_are_embedded_once_by_group() -> None:
    text = render(page())
    blocks = [json.loads(body) for attributes, body in Markup(text).blocks if "data-sounds" in attributes]
    encoded = base64.b64encode(b"not really mp3").decode()
    assert blocks == [{"plain-0": encoded, "plain-1": encoded}]
    assert text.count(encoded) == 2


def test_only_moments_with_sound_get_a_play_button() -> None:
    assert [
        button["data-play"] for button in Markup(render(page())).of("button") if "data-play" in button
    ] == ["plain-0"]
    assert not [b for b in Markup(render(page(sound=False))).of("button") if "data-play" in b]


def test_the_policy_allows_our_own_script_and_style_and_no_network() -> None:
    text = render(page(HOSTILE))
    policy = next(
        meta["content"]
        for meta in Markup(text).of("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        body = re.search(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL).group(1)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert not any("style" in attributes for _, attributes in Markup(text).tags)
    assert not [name for _, attributes in Markup(text).tags for name in attributes if name.startswith("on")]


def test_nothing_on_the_page_names_another_place() -> None:
    text = render(page())
    assert not re.search(r"https?:|//[a-z]|url\(|@import", text)
    for _, attributes in Markup(text).tags:
        for name in ("src", "href"):
            assert attributes.get(name, "#").startswith(("#", "data:"))


def test_a_page_without_map_and_sound_is_whole() -> None:
    found = Markup(render(Page("title", "", (Prose("heading", ("text",)),))))
    assert found.block("map-data") is None
    assert "heading" in found.texts


def test_empty_tables_are_no_error() -> None:
    empty = (
        Distribution("none", ()),
        PerClass("none", ()),
        Confusion("none", (), ()),
        Exemplars("none", "", ()),
    )
    assert "none" in Markup(render(Page("title", "", empty))).texts


def test_writing_replaces_the_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.html"
    for title in ("first", "second"):
        assert write_page(Page(title, "", ()), path) == path
        assert f"<title>{title}</title>" in path.read_text("utf-8")
    assert list(path.parent.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(InputError, match=r"report\.html: found .*expected a place to write"):
        write_page(Page("title", "", ()), tmp_path / "file" / "report.html")
    (tmp_path / "report.html").mkdir()
    with pytest.raises(InputError, match=r"report\.html: found"):
        write_page(Page("title", "", ()), tmp_path / "report.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "report.html"]


def test_a_lone_surrogate_does_not_lose_the_report(tmp_path: Path) -> None:
    path = write_page(Page("before \ud800 after", "", ()), tmp_path / "report.html")
    assert "before ? after" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.99, "0:59"), (61.5, "1:01"), (3599.9, "59:59"), (3600, "1:00:00")]
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_unknown_numbers_are_dashes() -> None:
    assert (number(None), number(0.125), count(None), count(14080)) == ("–", "0.12", "–", "14,080")


def test_shade_is_the_share_of_the_line() -> None:
    assert [shade(value, (0, 1, 9)) for value in (0, 1, 9)] == [0, 1, 9]
    assert shade(0, (0, 0)) == 0
    assert shade(7, (7,)) == 10
