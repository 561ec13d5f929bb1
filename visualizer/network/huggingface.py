"""timm's weights from the Hugging Face hub, through its own library: cached, resumed, and checked by SHA-256."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visualizer.network import fetching
from visualizer.network.fetching import NotFetchedError, Places, Tell
from visualizer.network.published_weights import Published

if TYPE_CHECKING:
    from huggingface_hub import HfFileMetadata

FILE = "model.safetensors"
REVISION = "main"
_SHA256 = re.compile(r"[0-9a-f]{64}")

# The library reads these once, when it is imported. Plain HTTP goes on where a connection broke off, needs one server
# only, and can be stopped; the other protocol (Xet) does none of these. Telemetry would first fetch a list of programs
# from the hub, to say whether one of them asks: a request more, and seconds more where the network is slow.
os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


def kept(row: Published, places: Places) -> Path | None:
    """The file in the hub's cache, which other programs share; None if it is not there."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(row.location, FILE, cache_dir=places.hub, revision=REVISION)
    return Path(found) if isinstance(found, str) else None


def expected_digest(path: Path) -> str:
    """The SHA-256 that the hub gave for a file of its cache, which is the name of what the link leads to.

    "" on systems without links, where it is known only while the file is fetched.
    """
    name = path.resolve().name
    return name if _SHA256.fullmatch(name) else ""


def fetch(row: Published, tell: Tell, places: Places) -> Path:
    """The file, fetched unless it is kept and whole; a connection that breaks off is taken up again where it broke.

    Its SHA-256 is held against the one by which the hub itself stores the file (its ETag). Nothing is sent but the
    request: no token, even where somebody is logged in. Raises NotFetchedError; what `tell` raises ends it.
    """
    try:
        wanted = _metadata(row, places)
        path = Path(_download(row, tell, places))
    except OSError as error:
        raise _reason(error, row, places) from error
    if wanted.etag is None or not _SHA256.fullmatch(wanted.etag) or fetching.sha256(path) != wanted.etag:
        _throw_away(path)
        raise fetching.damaged(row.server)
    return path


def _metadata(row: Published, places: Places) -> HfFileMetadata:
    """Size and checksum, from the hub, in `ANSWER` seconds; OSError otherwise."""
    from httpx2 import TransportError  # the hub library's own HTTP client, whose errors it lets out
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    url, seconds = hf_hub_url(row.location, FILE, revision=REVISION, endpoint=places.endpoint), fetching.ANSWER
    try:
        return fetching.within(
            seconds, lambda: get_hf_file_metadata(url, token=False, timeout=seconds, endpoint=places.endpoint)
        )
    except TransportError as error:
        raise TimeoutError(str(error)) from error


def _download(row: Published, tell: Tell, places: Places) -> str:
    from httpx2 import TransportError
    from huggingface_hub import hf_hub_download

    try:
        return hf_hub_download(
            row.location, FILE, revision=REVISION, cache_dir=places.hub, endpoint=places.endpoint, token=False,
            etag_timeout=fetching.ANSWER, tqdm_class=_bar(tell),
        )  # fmt: skip
    except TransportError as error:
        raise ConnectionResetError(str(error)) from error


def _bar(tell: Tell) -> Any:
    """The class of progress bars that the library is given: it draws nothing, and tells of each piece (10 MB)."""

    class Bar:
        def __init__(self, *args: object, total: int | None = None, initial: int = 0, **options: object) -> None:
            self.here, self.all = initial, total or 0

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def update(self, number: float | None = 1) -> None:
            self.here += int(number or 0)
            tell(self.here, self.all)

    return Bar


def _reason(error: OSError, row: Published, places: Places) -> NotFetchedError:
    """The sentence for what the library raised."""
    from huggingface_hub.constants import HF_HUB_CACHE
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    if isinstance(error, HfHubHTTPError):
        return fetching.refused(row.server, error.response.status_code)
    if isinstance(error, TimeoutError | LocalEntryNotFoundError) or type(error).__name__ == "OfflineModeIsEnabled":
        return fetching.no_answer(row.server)
    return fetching.not_written(error, places.hub or Path(HF_HUB_CACHE)) or fetching.cut_off(row.server)


def _throw_away(path: Path) -> None:
    """Remove a file from the cache: the link, and what it leads to."""
    behind = path.resolve()
    path.unlink(missing_ok=True)
    behind.unlink(missing_ok=True)
