"""``publish``: what may be shared of a dataset, to the Hugging Face Hub."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rebracket.cli.output import Json, print_document, print_table

if TYPE_CHECKING:
    from rebracket.dataset.publish import Staged

__all__ = ["publish"]


def publish(
    dataset: Annotated[Path, typer.Argument(help="A built dataset.")],
    repo_id: Annotated[str, typer.Option(help="USER/NAME on the hub.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go; no network.")] = False,
    private: Annotated[bool, typer.Option("--private", help="A new repository is private.")] = False,
    license_: Annotated[str | None, typer.Option("--license", help="Such as cc-by-4.0.")] = None,
    cite: Annotated[str | None, typer.Option(help="How to cite it.")] = None,
    derived_only: Annotated[
        bool, typer.Option("--derived-only", help="Features, measures and hashes; no audio, no MIDI.")
    ] = False,
    without_texts: Annotated[
        bool, typer.Option("--without-texts", help="No lyrics, concept and descriptions.")
    ] = False,
    external_audio: Annotated[
        str | None, typer.Option(help="Links below this address instead of audio.")
    ] = None,
    audio_out: Annotated[Path | None, typer.Option(help="A folder for the files that links name.")] = None,
    out: Annotated[Path | None, typer.Option(help="Keep what goes in this new folder.")] = None,
    json: Json = False,
) -> None:
    """Share a dataset on the Hugging Face Hub, without players who did not consent."""
    from rebracket.dataset import open_dataset
    from rebracket.dataset.publish import Sharing, check_client, check_repo_id, stage, upload

    check_repo_id(repo_id)
    if not dry_run:
        check_client()
    where = f"https://huggingface.co/datasets/{repo_id}"
    sharing = Sharing(repo_id, license_, cite, where, derived_only, without_texts, external_audio, audio_out)
    with _place(dataset, out) as folder:
        made = stage(open_dataset(dataset), folder, sharing)
        url = None
        if not dry_run:
            quiet = not sys.stderr.isatty()
            url = upload(made.folder, repo_id, private=private, data_hash=made.data_hash, quiet=quiet)
    if json:
        print_document("publish", _document(dataset, repo_id, url, made))
    else:
        _tell(repo_id, url, made)


@contextmanager
def _place(dataset: Path, out: Path | None) -> Iterator[Path]:
    """The folder named, or one beside the dataset, where parts can be linked, that goes again."""
    import tempfile

    if out is not None:
        yield out
        return
    with tempfile.TemporaryDirectory(
        prefix=f".{dataset.name}-publish-", dir=dataset.resolve().parent
    ) as made:
        yield Path(made)


def _document(dataset: Path, repo_id: str, url: str | None, made: Staged) -> dict[str, Any]:
    return {
        "dataset": str(dataset),
        "repo_id": repo_id,
        "url": url,
        "data_hash": made.data_hash,
        "bytes": sum(made.files.values()),
        "files": [{"path": path, "bytes": size} for path, size in made.files.items()],
        "withheld": made.withheld,
    }


def _tell(repo_id: str, url: str | None, made: Staged) -> None:
    print_table(("file", "bytes"), list(made.files.items()))
    w = made.withheld
    typer.echo(
        f"\nleft out for want of consent: {w['stems']} tracks ({w['rows']} rows), {w['mixes']} mixes, the "
        f"MIDI of {w['midi']} tracks that share a file, {w['songs']} whole songs"
    )
    total = f"{len(made.files)} files, {sum(made.files.values()) / 1e6:.1f} MB"
    typer.echo(f"{total} would go to {repo_id}" if url is None else f"{total} went to {url}")
