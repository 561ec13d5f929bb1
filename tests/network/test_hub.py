"""Published weights are fetched, resumed, checked and read; whatever goes wrong is one sentence."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import safetensors.torch
import torch

from tests.network.publishing import COMMIT, Publisher, published
from visualizer.network import CheckpointError, build, fetching, load, torchvision_files
from visualizer.network.hub import NotFetchedError, Places, fetch, kept, published_checkpoint
from visualizer.network.published_weights import Published, published_weights
from visualizer.resnet import parse, plan

PIECE = 10 * 2**20
"""Bytes that the hub's library takes at a time: what it has of a piece when a connection breaks off is lost."""
NET = "resnet18?depths=1,1&width=8&classes=10"


def _weights(pad: int = 0) -> dict[str, torch.Tensor]:
    """A small network's; `pad` numbers more make the file larger than a piece."""
    model = build(plan(parse(NET), 32))
    return {**model.state_dict(), "pad.weight": torch.zeros(pad)} if pad else model.state_dict()


def _rows(body: bytes) -> dict[str, Published]:
    """Rows of the table with this file in the place of theirs."""
    hub = published_weights()["timm_resnet18_a1_in1k"]
    files = published_weights()["torchvision_resnet18_IMAGENET1K_V1"]
    named = f"{torchvision_files.ORIGIN}/models/resnet18-{hashlib.sha256(body).hexdigest()[:8]}.pth"
    return {"timm": hub, "torchvision": replace(files, location=named)}


def _body(host: str, pad: int = 0) -> bytes:
    if host == "timm":
        return safetensors.torch.save(_weights(pad))
    file = io.BytesIO()
    torch.save(_weights(pad), file)
    return file.getvalue()


class Case:
    """A file that a publisher on loopback has, its row, and folders of its own."""

    def __init__(self, host: str, publisher: Publisher, folder: Path) -> None:
        self.host, self.publisher = host, publisher
        self.row = _rows(publisher.body)[host]
        address = publisher.address
        self.places = Places(folder / "hub", folder / "torch", address, address)
        self.told: list[tuple[int, int]] = []

    def fetch(self) -> Path:
        return fetch(self.row, lambda done, size: self.told.append((done, size)), self.places)

    def refusal(self) -> str:
        with pytest.raises(NotFetchedError) as caught:
            self.fetch()
        assert kept(self.row, self.places) is None
        assert not [path for path in self.leftovers() if path.stat().st_size]
        sentence = str(caught.value)
        assert sentence.endswith("."), sentence
        assert "\n" not in sentence
        assert "untrained weights, those trained here, or a file of your own" in sentence
        return sentence

    def leftovers(self) -> list[Path]:
        folders = (self.places.hub, self.places.torch)
        return [path for folder in folders if folder for path in folder.rglob("*") if _is_data(path)]


def _is_data(path: Path) -> bool:
    return path.is_file() and path.suffix not in (".lock", ".TAG") and path.parent.name != "refs"


@pytest.fixture(params=["timm", "torchvision"])
def host(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def case(host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    monkeypatch.setattr(torchvision_files, "LOOK", 0.02)
    with published(_body(host)) as publisher:
        yield Case(host, publisher, tmp_path)


def test_a_file_is_fetched_once_and_read_as_a_checkpoint(case: Case) -> None:
    path = case.fetch()
    assert path.read_bytes() == case.publisher.body
    number = len(case.publisher.requests)
    assert case.fetch() == path == kept(case.row, case.places)
    assert all(request.method == "HEAD" for request in case.publisher.requests[number:])
    found = published_checkpoint(case.row, case.places)
    assert found.digest == case.publisher.promised
    model = load(plan(parse(NET), 32), found)
    assert torch.equal(model.state_dict()["conv1.weight"], _weights()["conv1.weight"])


def test_no_token_is_sent(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_" + "x" * 34)
    case.fetch()
    assert [request.authorization for request in case.publisher.requests if request.authorization] == []


def test_progress_is_told_up_to_the_whole_file(tmp_path: Path) -> None:
    body = _body("timm", pad=PIECE)  # four pieces
    with published(body) as publisher:
        case = Case("timm", publisher, tmp_path)
        case.fetch()
    assert len(case.told) == -(-len(body) // PIECE)
    assert case.told[-1] == (len(body), len(body))
    assert [done for done, _ in case.told] == sorted(done for done, _ in case.told)


def test_a_cut_connection_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    body = _body("timm", pad=PIECE // 2)  # over two pieces
    with published(body) as publisher:
        case = Case("timm", publisher, tmp_path)
        publisher.cut_at = [PIECE + 1000]
        assert case.fetch().read_bytes() == body
    got = [request for request in publisher.requests if request.method == "GET"]
    assert [request.start for request in got] == [0, PIECE]
    assert published_checkpoint(case.row, case.places).digest == publisher.promised


def test_torch_s_downloader_begins_anew_after_a_cut_connection(tmp_path: Path) -> None:
    with published(_body("torchvision")) as publisher:
        case = Case("torchvision", publisher, tmp_path)
        publisher.cut_at = [1000]
        assert "thrown away" in case.refusal() or "broke off" in case.refusal()
        assert case.fetch().read_bytes() == publisher.body


def test_a_wrong_checksum_is_thrown_away(case: Case) -> None:
    right = case.publisher.body
    case.publisher.body = right[:-1] + bytes([right[-1] ^ 1])
    assert "checksum" in case.refusal()
    case.publisher.body = right
    assert case.fetch().read_bytes() == right


def test_a_kept_file_that_was_altered_is_not_read(case: Case) -> None:
    path = case.fetch()
    changed = bytearray(path.read_bytes())
    changed[-1] ^= 1
    path.resolve().write_bytes(changed)
    with pytest.raises((CheckpointError, NotFetchedError)):
        published_checkpoint(case.row, case.places)


def test_an_altered_file_of_the_hub_is_named_as_not_the_published_one(tmp_path: Path) -> None:
    with published(_body("timm")) as publisher:
        case = Case("timm", publisher, tmp_path)
        path = case.fetch().resolve()
    path.write_bytes(safetensors.torch.save({"conv1.weight": torch.zeros(3)}))
    with pytest.raises(CheckpointError, match="is not the published one"):
        published_checkpoint(case.row, case.places)


@pytest.mark.parametrize(("status", "words"), [(404, "no longer has this file"), (503, "answers with error 503")])
def test_an_error_of_the_server_is_a_sentence(case: Case, status: int, words: str) -> None:
    case.publisher.status = status
    assert words in case.refusal()


def test_a_closed_port_is_no_network(case: Case) -> None:
    case.places = replace(case.places, endpoint="http://127.0.0.1:9", files="http://127.0.0.1:9")
    assert "does not answer" in case.refusal()


def test_a_name_that_does_not_exist_is_no_network(case: Case) -> None:
    case.places = replace(case.places, endpoint="http://nowhere.invalid", files="http://nowhere.invalid")
    assert "does not answer" in case.refusal()


def test_a_server_that_says_nothing_is_waited_for_briefly(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fetching.ANSWER < 5  # what is promised
    monkeypatch.setattr(fetching, "ANSWER", 0.2)
    case.publisher.silent = True
    assert "does not answer" in case.refusal()


def test_a_look_up_that_hangs_is_not_waited_for() -> None:
    ended = Event()
    with pytest.raises(TimeoutError):
        fetching.within(0.05, lambda: ended.wait(30))
    ended.set()


def test_what_the_listener_raises_ends_the_download(case: Case) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, size: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        fetch(case.row, stop, case.places)
    assert kept(case.row, case.places) is None
    assert not case.leftovers()


_LIMITED = """
import resource, sys
from pathlib import Path
from visualizer.network.hub import NotFetchedError, Places, fetch
from tests.network.test_hub import _rows
host, address, folder, limit = sys.argv[1:5]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
row = _rows(Path(sys.argv[5]).read_bytes())[host]
try:
    fetch(row, places=Places(Path(folder), Path(folder), address, address))
except NotFetchedError as error:
    print(error)
"""


def test_a_full_disk_is_named_and_nothing_is_left(host: str, tmp_path: Path) -> None:
    """A limit on the size of files, in a process of its own, ends a write as a full disk does."""
    body = _body(host, pad=PIECE // 4)
    source, folder = tmp_path / "source", tmp_path / "folder"
    source.write_bytes(body)
    with published(body) as publisher:
        command = [sys.executable, "-c", _LIMITED, host, publisher.address, str(folder), str(2**20), str(source)]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"The disk with {folder} is full" in ran.stdout, ran.stderr
    assert not [path for path in folder.rglob("*") if _is_data(path) and path.stat().st_size]


def test_a_folder_that_cannot_be_written_is_named(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*args: Any, **kwargs: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", closed)
    monkeypatch.setattr("os.makedirs", closed)
    assert "cannot be written to" in case.refusal()


_MIRRORED = """
import sys
from visualizer.network.hub import fetch
from visualizer.network.published_weights import published_weights
print(fetch(published_weights()["timm_resnet18_a1_in1k"]))
"""


def test_a_mirror_is_asked_for_the_file_and_for_nothing_else(tmp_path: Path) -> None:
    """HF_ENDPOINT is the library's own setting; it is read where the library is loaded first."""
    with published(_body("timm")) as publisher:
        settings = {**os.environ, "HF_ENDPOINT": publisher.address, "HF_HOME": str(tmp_path)}
        command = [sys.executable, "-c", _MIRRORED]
        ran = subprocess.run(command, capture_output=True, text=True, check=True, env=settings)
    assert Path(ran.stdout.strip()).read_bytes() == publisher.body
    file = "/timm/resnet18.a1_in1k/resolve/main/model.safetensors"
    assert {request.path for request in publisher.requests} == {file, f"/cdn/{publisher.promised}"}


def test_the_commit_of_the_hub_is_where_the_file_stands(tmp_path: Path) -> None:
    with published(_body("timm")) as publisher:
        assert COMMIT in str(Case("timm", publisher, tmp_path).fetch())
