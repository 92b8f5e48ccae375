"""Explanations as their readers meet them: opened from disk, offline, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from explanation_example import page as example
from playwright.sync_api import Browser, Page, expect
from test_render import HOSTILE

from browsing import CHROMIUM, NO_CHROMIUM, launched, opened
from rebracket.page import write_explanation

pytest.importorskip("plotly", reason="needs plotly: the extra 'explain'")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)]

# What Chromium says of drawing three dimensions without a graphics card.
REMARKS = ("GPU stall due to ReadPixels", "Multiple readback operations using getImageData")
DRAWN = ".js-plotly-plot"
PLAYS = (
    "(selector) => { const a = document.querySelector(selector); return a.currentTime > 0.05 && !a.paused; }"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture(scope="module")
def explanation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_explanation(example(), tmp_path_factory.mktemp("plain") / "explanation.html")


@pytest.fixture
def page(browser: Browser, explanation: Path) -> Iterator[Page]:
    yield from opened(browser, explanation, remarks=REMARKS)


@pytest.fixture
def phone(browser: Browser, explanation: Path) -> Iterator[Page]:
    yield from opened(browser, explanation, 360, 740, remarks=REMARKS)


def read_through(page: Page) -> None:
    """Scrolls from top to bottom, as a reader does."""
    for share in range(11):
        page.evaluate(f"scrollTo(0, {share / 10} * document.documentElement.scrollHeight)")
        page.wait_for_timeout(60)


def song(page: Page, name: str = "01_01") -> None:
    page.locator(f'[data-page="song-{name}"]').click()
    expect(page.locator(f'[data-view="song-{name}"]')).to_be_visible()


def test_figures_are_drawn_when_they_come_near(page: Page) -> None:
    expect(page.locator(DRAWN).first).to_be_visible()
    assert page.locator(DRAWN).count() < 7
    read_through(page)
    expect(page.locator(DRAWN)).to_have_count(7)
    song(page)
    read_through(page)
    expect(page.locator(DRAWN)).to_have_count(1)
    expect(page.locator(".shown .wave")).to_have_count(1)
    expect(page.locator(".view:not(.shown) .wave")).to_have_count(0)
    page.go_back()
    expect(page.locator('[data-view="model"]')).to_be_visible()
    read_through(page)
    expect(page.locator(DRAWN)).to_have_count(7)


def test_no_figure_can_be_sent_away(page: Page) -> None:
    read_through(page)
    titles = page.locator(".modebar-btn").evaluate_all("es => es.map((e) => e.dataset.title)")
    assert "Zoom" in titles
    assert not [title for title in titles if "hare" in title or "loud" in title]


def test_versions_of_a_sound_go_on_where_the_last_one_was(page: Page) -> None:
    song(page)
    versions = page.locator(".shown [data-sound]")
    versions.nth(0).click()
    page.wait_for_function(PLAYS, arg=".shown audio")
    at = page.evaluate("document.querySelector('.shown audio').currentTime")
    versions.nth(1).click()
    expect(versions.nth(1)).to_have_attribute("aria-checked", "true")
    page.wait_for_function(PLAYS, arg=".shown audio")
    assert page.evaluate("document.querySelector('.shown audio').currentTime") >= at
    song(page, "01_02")
    assert page.evaluate("[...document.querySelectorAll('audio')].every((a) => a.paused)")


def test_the_cursor_follows_and_leads_the_player(page: Page) -> None:
    song(page)
    wave = page.locator(".shown .wave")
    wave.scroll_into_view_if_needed()
    box = page.locator(".shown .wave canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.75)
    expect(page.locator(".shown .readout").first).to_contain_text("score −1.00 plain")
    expect(page.locator(".shown .readout").first).to_contain_text("60 Hz")
    page.wait_for_function("() => document.querySelector('.shown audio').currentTime > 3.0")
    page.wait_for_function(
        "() => Number(document.querySelector('.shown .wave').getAttribute('aria-valuenow')) > 63"
    )
    wave.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.shown audio').paused")


def test_a_word_lights_what_it_attends_to(page: Page) -> None:
    song(page)
    page.locator(".shown [data-draw=attention]").scroll_into_view_if_needed()
    seconds = page.locator(".shown .attention .seconds rect")
    expect(seconds).to_have_count(3)
    page.locator(".shown [data-word='0']").hover()
    lit = "es => es.map((e) => Number(e.style.getPropertyValue('--lit')))"
    assert seconds.evaluate_all(lit) == pytest.approx([1, 1 / 3, 0])
    assert page.locator(".shown .roll rect").evaluate_all(lit) == [1, 0]
    page.locator(".shown [data-word='0']").focus()
    page.keyboard.press("ArrowRight")
    assert seconds.evaluate_all(lit) == [0, 0, 1]
    expect(page.locator(".shown .readout").last).to_contain_text("2.00–3.00 s 1.000")


def test_a_word_tells_its_number(page: Page) -> None:
    song(page)
    page.locator(".shown [data-kind=words] .w-2").hover()
    expect(page.locator("#hint")).to_have_text("-0.750 plain")


def test_a_point_plays_and_numbers_can_be_read(page: Page) -> None:
    figure = page.locator('[data-name="points"]')
    figure.locator("summary").click()
    expect(figure.locator("tr")).to_have_count(6)
    figure.locator(".numbers button").first.click()
    page.wait_for_function(PLAYS, arg="#audio")
    expect(page.locator("#player")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#player")).to_be_hidden()
    figure.scroll_into_view_if_needed()
    figure.locator(".scatterlayer .trace").first.wait_for()
    place = figure.locator(".scatterlayer .trace .point").first.bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.wait_for_timeout(200)
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.wait_for_function(PLAYS, arg="#audio")


def test_a_phone_needs_no_sideways_scrolling(phone: Page) -> None:
    read_through(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    song(phone)
    read_through(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_a_change_of_light_draws_again(page: Page) -> None:
    bar = page.locator('[data-name="bars"] .barlayer path').first
    expect(bar).to_have_css("fill", "rgb(11, 122, 117)")
    page.emulate_media(color_scheme="dark")
    expect(bar).to_have_css("fill", "rgb(74, 190, 181)")


def test_a_page_opens_at_its_address(browser: Browser, explanation: Path) -> None:
    page = browser.new_page()
    page.goto(f"{explanation.as_uri()}#song-01_02")
    expect(page.locator('[data-view="song-01_02"]')).to_be_visible()
    expect(page.locator('[data-view="model"]')).to_be_hidden()
    expect(page.locator('[data-page="song-01_02"]')).to_have_attribute("aria-current", "page")
    page.close()


def test_hostile_words_are_inert_and_shown(browser: Browser, tmp_path: Path) -> None:
    path = write_explanation(example(HOSTILE), tmp_path / "hostile.html")
    for page in opened(browser, path, remarks=REMARKS):
        read_through(page)
        assert page.locator("h1").first.evaluate("e => e.textContent") == HOSTILE
        legend = page.locator('[data-name="curves"] .legendtext').last
        assert legend.evaluate("e => e.textContent").startswith("<script>alert(1)</script>")
        expect(page.locator("figure a, figure img")).to_have_count(0)
