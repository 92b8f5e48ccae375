"""Weights that the user names: found whole or refused in a line, and told by their bits."""

import json
import re
from pathlib import Path

import huggingface_hub
import pytest
import torch
from safetensors.torch import load_file, save_file

from rebracket.core.errors import InputError, MissingExtraError, UsageError
from rebracket.features.encoders import weights
from rebracket.features.encoders.weights import Pretrained, Usual, find_weights, require_packages
from rebracket.models.pretrained.text import TextNetwork
from tiny_networks import save_roberta

USUAL = Usual("owner/usual", "MIT")
ENCODERS_PAGE = Path(__file__).parents[2] / "docs" / "encoders.md"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def _find(source: Path | str) -> Pretrained:
    return find_weights("hf", "text", str(source), USUAL)


def test_nothing_is_downloaded_unless_named() -> None:
    with pytest.raises(
        UsageError, match=r"nothing is downloaded unless named.*text_weights=owner/usual.*MIT"
    ):
        find_weights("hf", "text", None, USUAL)


@pytest.mark.parametrize(
    "source",
    [
        "nowhere",
        "/nowhere/at/all",
        "./nowhere/net",
        "owner/name/more",
        "",
        "a b/c",
        "~nobody_of_this_name/w",
        "w" * 4000,
    ],
)
def test_a_folder_that_is_not_there_is_named(source: str) -> None:
    with pytest.raises(InputError, match="found no folder"):
        _find(source)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "pytorch_model-00001-of-00002.bin", "model.ckpt"])
def test_pickled_weights_are_refused(name: str, tmp_path: Path) -> None:
    (save_roberta(tmp_path) / "model.safetensors").rename(tmp_path / name)
    with pytest.raises(InputError, match=rf"pickled weights \({name}\).*expected model.safetensors"):
        _find(tmp_path)


def test_a_folder_without_weights_or_of_an_adapter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"found no config\.json"):
        _find(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(InputError, match=r"found no weights, expected model\.safetensors"):
        _find(tmp_path)
    (tmp_path / "adapter_config.json").write_text("{}")
    with pytest.raises(InputError, match="found an adapter"):
        _find(tmp_path)


@pytest.mark.parametrize("kept", [0, 7, 0.5, -1])
def test_weights_that_broke_off_are_refused(kept: float, tmp_path: Path) -> None:
    path = save_roberta(tmp_path) / "model.safetensors"
    data = path.read_bytes()
    path.write_bytes(data[: round(len(data) * kept) if kept == 0.5 else int(kept)])
    with pytest.raises(InputError, match=r"model\.safetensors: found broken safetensors") as caught:
        _find(tmp_path)
    assert "\n" not in str(caught.value)


def test_any_bit_of_the_weights_is_another_version(tmp_path: Path) -> None:
    path = save_roberta(tmp_path) / "model.safetensors"
    before = _find(tmp_path)
    assert _find(tmp_path) == before
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert _find(tmp_path).sha256 != before.sha256


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "preprocessor_config.json"])
def test_what_is_read_beside_the_weights_is_another_version(name: str, tmp_path: Path) -> None:
    before = _find(save_roberta(tmp_path)).sha256
    path = tmp_path / name
    path.write_text((path.read_text() if path.exists() else "{}") + "\n")
    assert _find(tmp_path).sha256 != before


def test_the_card_is_no_part_of_the_version(tmp_path: Path) -> None:
    before = _find(save_roberta(tmp_path)).sha256
    (tmp_path / "README.md").write_text("---\nlicense: mit\n---\n")
    assert _find(tmp_path).sha256 == before


def test_pooling_is_part_of_a_version(tmp_path: Path) -> None:
    found = _find(save_roberta(tmp_path))
    assert (
        len({found.version("hf", "mean", 1), found.version("hf", "cls", 1), found.version("hf", "mean", 2)})
        == 3
    )


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        ("---\nlicense: apache-2.0\ntags: [a]\n---\n# Model", "apache-2.0"),
        ("---\r\nlicense: mit\r\n---\r\n", "mit"),
        ("---\nlicense: other\nlicense_name: own-terms\n---\n", "own-terms"),
        ("---\nlicense: [mit, cc-by-4.0]\n---\n", "mit, cc-by-4.0"),
        ("---\nlicense: |\n  two\n  lines\n---\n", "two lines"),
        ("license: mit", "unknown: see where the weights come from"),
        ("---\nlicense: {\n---\n", "unknown: see where the weights come from"),
        ("---\n- a\n---\n", "unknown: see where the weights come from"),
        ("", "unknown: see where the weights come from"),
    ],
)
def test_the_licence_is_what_the_card_says(card: str, licence: str, tmp_path: Path) -> None:
    (save_roberta(tmp_path) / "README.md").write_bytes(card.encode())
    assert _find(tmp_path).licence == licence


def test_where_weights_are_on_this_machine_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_roberta(tmp_path / "tiny")
    assert _find(tmp_path / "tiny").provenance == "folder tiny"
    monkeypatch.chdir(tmp_path / "tiny")
    assert _find(".").provenance == "folder tiny"


def _kept_by_the_hub_client(home: Path, revision: str = "main") -> Path:
    """The cache of the hub's client as it is after a download."""
    repository = home / "models--owner--tiny"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / revision).write_text(COMMIT)
    return save_roberta(repository / "snapshots" / COMMIT)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    return tmp_path


def test_a_hub_id_is_told_with_its_commit(offline: Path) -> None:
    folder = _kept_by_the_hub_client(offline)
    found = _find("owner/tiny")
    assert found.provenance == f"hub owner/tiny@{COMMIT}"
    assert found.folder == folder
    assert found.sha256 == _find(folder).sha256


def test_offline_only_what_was_downloaded_before_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    _kept_by_the_hub_client(tmp_path)
    assert find_weights("hf", "text", "owner/tiny", USUAL, offline=True).sha256 == _find("owner/tiny").sha256
    with pytest.raises(InputError, match="owner/absent: found no download of it"):
        find_weights("hf", "text", "owner/absent", USUAL, offline=True)


def test_a_revision_of_a_hub_id_can_be_named(offline: Path) -> None:
    _kept_by_the_hub_client(offline, "v1.0")
    assert _find("owner/tiny@v1.0").provenance == f"hub owner/tiny@{COMMIT}"
    with pytest.raises(InputError, match="owner/tiny: found no such folder"):
        _find("owner/tiny")


def test_a_hub_id_without_safetensors_says_what_else_to_name(offline: Path) -> None:
    (_kept_by_the_hub_client(offline) / "model.safetensors").unlink()
    with pytest.raises(InputError, match=r"owner/tiny@.*nothing pickled is fetched; name a revision"):
        _find("owner/tiny")


def test_weights_converted_as_documented_are_the_same_network(tmp_path: Path) -> None:
    path = save_roberta(tmp_path) / "model.safetensors"
    expected = TextNetwork(tmp_path).embed("the river")
    torch.save(load_file(path), tmp_path / "pytorch_model.bin")
    path.unlink()
    code = re.search(r"```python\n(import torch\n.*?)```", ENCODERS_PAGE.read_text(), re.DOTALL)
    assert code is not None
    exec(code[1].replace("weights/deberta", str(tmp_path)), {})  # noqa: S102  what the page tells to run
    _find(tmp_path)
    assert torch.equal(TextNetwork(tmp_path).embed("the river"), expected)


def test_a_hub_that_cannot_be_reached_is_one_line(offline: Path) -> None:
    with pytest.raises(
        InputError, match="owner/absent: found no such folder, and the hub gave no weights"
    ) as caught:
        _find("owner/absent")
    assert "\n" not in str(caught.value)
    assert str(offline) not in str(caught.value)


def test_a_folder_goes_before_a_hub_id(offline: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _kept_by_the_hub_client(offline)
    save_roberta(offline / "owner" / "tiny")
    monkeypatch.chdir(offline)
    assert _find("owner/tiny").provenance == "folder tiny"


def test_weights_in_parts_are_all_told(tmp_path: Path) -> None:
    path = save_roberta(tmp_path) / "model.safetensors"
    all_weights = load_file(path)
    names = sorted(all_weights)
    parts = {"model-00001-of-00002.safetensors": names[::2], "model-00002-of-00002.safetensors": names[1::2]}
    for part, own in parts.items():
        save_file({name: all_weights[name] for name in own}, tmp_path / part, {"format": "pt"})
    where = {name: part for part, own in parts.items() for name in own}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": where}))
    path.unlink()
    before = _find(tmp_path).sha256
    changed = all_weights | {names[1]: all_weights[names[1]] + 1}
    save_file({name: changed[name] for name in names[1::2]}, tmp_path / "model-00002-of-00002.safetensors")
    assert _find(tmp_path).sha256 != before


def test_a_package_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingExtraError, match=r"a_package_of_none.*rebracket\[audio\]"):
        require_packages(["json", "a_package_of_none"], "audio")
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"rebracket\[hub\]"):
        _find("owner/tiny")
