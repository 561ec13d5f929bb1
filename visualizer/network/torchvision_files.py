"""torchvision's weights from download.pytorch.org, through torch's own downloader in a process of its own.

That downloader waits for ever for a server that says nothing, and cannot be stopped from outside: a process can.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from visualizer.network import fetching
from visualizer.network.fetching import Places, Tell
from visualizer.network.published_weights import Published

ORIGIN = "https://download.pytorch.org"
SILENCE = 30.0
"""Seconds without a single byte after which a download is given up."""
LOOK = 0.2
"""Seconds from one look at the file that grows to the next."""
WRONG_CHECKSUM, BROKEN = 3, 4
_CHILD = f"""
import sys
import torch.hub
try:
    torch.hub.download_url_to_file(*sys.argv[1:4], progress=False)
except RuntimeError:
    sys.exit({WRONG_CHECKSUM})
except OSError as error:
    sys.exit(100 + error.errno if error.errno in {fetching.FULL + fetching.CLOSED} else {BROKEN})
except Exception:
    sys.exit({BROKEN})
"""


def folder(places: Places) -> Path:
    """Where torchvision keeps its files too: ~/.cache/torch/hub/checkpoints, or under TORCH_HOME."""
    if places.torch is not None:
        return places.torch
    import torch.hub

    return Path(torch.hub.get_dir()) / "checkpoints"


def kept(row: Published, places: Places) -> Path | None:
    """The file in torchvision's folder; None if it is not there."""
    path = folder(places) / row.location.rpartition("/")[2]
    return path if path.is_file() else None


def fetch(row: Published, tell: Tell, places: Places) -> Path:
    """The file, fetched unless it is kept and whole; its SHA-256 has to begin as its name says.

    Raises NotFetchedError; what `tell` raises ends it. A download that broke off begins anew.
    """
    url = row.location.replace(ORIGIN, places.files or ORIGIN, 1)
    place, name = folder(places), row.location.rpartition("/")[2]
    found = kept(row, places)
    if found is not None and fetching.sha256(found).startswith(row.hash_prefix):
        return found
    size = _size(url, row.server)
    try:
        place.mkdir(parents=True, exist_ok=True)
        # Under a name that nobody reads, on the same disk: a file that has its name is whole.
        with tempfile.TemporaryDirectory(dir=place, prefix=".fetching-", ignore_cleanup_errors=True) as temporary:
            target = Path(temporary) / name
            _run(url, target, row, lambda done: tell(done, size), place)
            return Path(shutil.move(target, place / name))
    except OSError as error:
        raise fetching.not_written(error, place) or fetching.cut_off(row.server) from error


def _size(url: str, server: str) -> int:
    """Bytes of the file, 0 if the server does not say."""

    def ask() -> int:
        with urlopen(Request(url, method="HEAD"), timeout=fetching.ANSWER) as answer:
            return int(answer.headers.get("Content-Length") or 0)

    try:
        return fetching.within(fetching.ANSWER, ask)
    except HTTPError as error:
        raise fetching.refused(server, error.code) from error
    except OSError as error:
        raise fetching.no_answer(server) from error


def _run(url: str, target: Path, row: Published, tell: Callable[[int], object], place: Path) -> None:
    """Torch's downloader to its end; killed if nothing comes for long, or if `tell` raises."""
    command = [sys.executable, "-c", _CHILD, url, str(target), row.hash_prefix]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as child:
        try:
            _watch(child, target.parent, row.server, tell)
        finally:
            child.kill()
    _raise_for(child.returncode, row.server, place)


def _watch(child: subprocess.Popen[bytes], temporary: Path, server: str, tell: Callable[[int], object]) -> None:
    done, since = 0, monotonic()
    while True:
        try:
            child.wait(LOOK)
        except subprocess.TimeoutExpired:
            here = _bytes_in(temporary)
            done, since = (here, monotonic()) if here != done else (done, since)
            if monotonic() - since > SILENCE:
                raise fetching.cut_off(server) from None
            tell(done)
        else:
            return


def _bytes_in(temporary: Path) -> int:
    return sum(path.stat().st_size for path in temporary.glob("*.partial"))


def _raise_for(code: int, server: str, place: Path) -> None:
    """NotFetchedError for what the process ended with, unless all is well."""
    if code == 0:
        return
    if code == WRONG_CHECKSUM:
        raise fetching.damaged(server)
    reason = fetching.not_written(OSError(code - 100, ""), place) if code > 100 else None
    raise reason or fetching.cut_off(server)
