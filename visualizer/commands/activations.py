"""`activations SPEC IMAGES... -o FOLDER`: what a network makes of pictures, as arrays in files."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from visualizer.commands import Refusal
from visualizer.commands.manifest import MANIFEST, identity, pictures, prepare, written
from visualizer.commands.resolution import resolution_of, resolution_option
from visualizer.commands.weights import RANDOM, Weights, weights_of
from visualizer.resnet import Plan, parse, plan

if TYPE_CHECKING:
    from visualizer.images import Picture
    from visualizer.images.edits import Chain


class Job(NamedTuple):
    """All that the arrays of a picture depend on beside the picture; `run` says it in the files."""

    weights: Weights
    wanted: Mapping[str, str]
    chain: Chain
    run: dict[str, Any]


@click.command()
@click.argument("spec")
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--weights", default=f"{RANDOM}:0", show_default=True, metavar="W",
    help="random:SEED, a .safetensors or .pth file, or weights that come with the project or are published, by their "
    "key in the address of the page Activations.",
)  # fmt: skip
@click.option(
    "--layers", default="features", show_default=True, metavar="L",
    help="Places, with commas between them: a block (layer3.1), one of its values (layer3.1:branch), a layer "
    "(layer3.1.conv2), stem, 'stage 3', features.",
)  # fmt: skip
@click.option("--edits", default="", metavar="E", help="What is done to each picture first, such as flip,blur=2.")
@click.option(
    "-o", "--output", "folder", required=True, metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path),
    help="Where the files go: one .npz a picture, named by its digest, and manifest.json.",
)  # fmt: skip
@resolution_option
@click.pass_context
def command(
    ctx: click.Context, spec: str, images: tuple[Path, ...], weights: str, layers: str, edits: str, folder: Path,
    resolution: str | None,
) -> None:  # fmt: skip
    """What SPEC makes of IMAGES, files, folders or samples: the arrays of chosen places, as on the page Activations.

    Started again, it goes on: what is finished is kept. Exit code 1 says that some pictures could not be read; the
    manifest says which, and why.
    """
    job = _job(plan(parse(spec), resolution_of(spec, resolution)), weights, layers, edits)
    folder.mkdir(parents=True, exist_ok=True)
    prepare(folder, job.run)
    files, bad, new = list(pictures(images)), 0, 0
    with click.progressbar(files, label="Pictures", file=sys.stderr, show_pos=True) as bar:
        for entry in written(folder, job.run, (_entry(path, folder, job) for path in bar)):
            bad, new = bad + ("error" in entry), new + entry.pop("new", 0)
    click.echo(f"{len(files)} pictures: {new} computed, {len(files) - new - bad} there already, {bad} not readable.")
    click.echo(f"Wrote {folder / MANIFEST}.")
    ctx.exit(1 if bad else 0)


def _job(network: Plan, weights: str, layers: str, edits: str) -> Job:
    """Refusal: edits, places or weights that cannot be."""
    from visualizer.images import edits_text, parse_edits
    from visualizer.network import UnknownAddress
    from visualizer.network.array_files import versions
    from visualizer.network.extraction import addresses

    if network.spec.channels != 3:
        raise Refusal(f"A picture has 3 channels, and this network's input {network.spec.channels}.")
    try:
        chain, wanted = parse_edits(edits), addresses(network, layers.split(","))
    except (ValueError, UnknownAddress) as error:
        raise Refusal(str(error)) from error
    found = weights_of(weights, network)
    run = {
        "net": str(network.spec), "resolution": network.resolution,
        "weights": {"name": found.name, "sha256": found.digest, "trained": bool(found.digest)},
        "edits": edits_text(chain), "arrays": dict(wanted), "versions": versions(),
    }  # fmt: skip
    return Job(found, wanted, chain, run)


def _entry(path: Path, folder: Path, job: Job) -> dict[str, Any]:
    """What the manifest says of a picture, whose arrays are then there; or the sentence that says why they are not."""
    from visualizer.images import ImageError, decode, edited
    from visualizer.network.array_files import read_meta

    entry: dict[str, Any] = {"path": str(path)}
    try:
        data = bytes_of(path)
        entry["digest"] = hashlib.sha256(data).hexdigest()
        file = folder / f"{entry['digest']}.npz"
        known = read_meta(file)
        if known is None or identity(known.get("run")) != identity(job.run):
            known = _computed(edited(decode(data), job.chain, job.run["resolution"]), file, job)
            entry["new"] = 1
    except ImageError as error:
        return {**entry, "error": str(error)}
    return {**entry, "file": file.name, "bytes": file.stat().st_size, **known["picture"]}


def bytes_of(path: Path) -> bytes:
    """The bytes of a file, or of a sample where there is no file of this name.

    ImageError, as for one that is no picture, if it cannot be read or is too large.
    """
    from visualizer.images import ImageError, samples
    from visualizer.images.limits import check_bytes

    try:
        if not path.is_file():
            sample = next((sample for sample in samples() if sample.key == str(path)), None)
            if sample is None:
                raise ImageError("There is no such file, or it cannot be looked at.")
            return sample.data()
        check_bytes(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise ImageError(f"This file cannot be read: {error.strerror or error}.") from error


def _computed(picture: Picture, file: Path, job: Job) -> dict[str, Any]:
    """Write the arrays of a picture; what the file says of them."""
    from visualizer.images import network_input
    from visualizer.network.array_files import not_finite, write_arrays
    from visualizer.network.extraction import extracted

    arrays = extracted(job.weights.model, network_input(picture, job.run["resolution"]), job.wanted)
    notes, missing = list(picture.notes), not_finite(arrays)
    if missing:
        notes.append(f"{missing:,} values are not finite: they have grown beyond what 32-bit numbers hold.")
    meta = {"run": job.run, "picture": {"width": picture.width, "height": picture.height, "notes": notes}}
    write_arrays(file, arrays, meta)
    return meta
