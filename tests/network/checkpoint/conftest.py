"""Checkpoints made here: a small ResNet's tensors, and files that torch.save would and would not write."""

import io
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import torch
from torch import Tensor
from torch._utils import _rebuild_tensor_v2

Weights = OrderedDict[str, Tensor]


class Numbers:
    """A storage as a pickle claims it: `key` of the archive, `kind` of storage, count of `elements`."""

    def __init__(self, key: str, elements: Any, kind: Any = torch.FloatStorage) -> None:
        self.id = ("storage", kind, key, "cpu", elements)


class Claimed:
    """A tensor as a pickle claims it, whatever its storage holds."""

    def __init__(self, storage: Numbers, size: Any, stride: Any = (1,), offset: Any = 0, *more: Any) -> None:
        self.args = (storage, offset, size, stride, False, OrderedDict(), *more)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_tensor_v2, self.args


class _Pickler(pickle.Pickler):
    def persistent_id(self, value: object) -> object:
        return value.id if isinstance(value, Numbers) else None


@pytest.fixture(scope="session")
def weights() -> Weights:
    """The tensors of a ResNet with one small basic block and ten classes, as `state_dict()` orders and names them."""
    random = torch.Generator().manual_seed(1)
    named = OrderedDict({"conv1.weight": torch.randn(4, 3, 3, 3, generator=random)})
    named |= _norm("bn1", random)
    for number in (1, 2):
        named[f"layer1.0.conv{number}.weight"] = torch.randn(4, 4, 3, 3, generator=random)
        named |= _norm(f"layer1.0.bn{number}", random)
    named["fc.weight"] = torch.randn(10, 4, generator=random)
    named["fc.bias"] = torch.randn(10, generator=random)
    return named


def _norm(path: str, random: torch.Generator) -> Weights:
    return OrderedDict(
        {
            f"{path}.weight": torch.randn(4, generator=random),
            f"{path}.bias": torch.randn(4, generator=random),
            f"{path}.running_mean": torch.randn(4, generator=random),
            f"{path}.running_var": torch.rand(4, generator=random),
            f"{path}.num_batches_tracked": torch.tensor(7),
        }
    )


@pytest.fixture(scope="session")
def expected(weights: Weights) -> dict[str, tuple[int, ...]]:
    """What `fit` is given for the network of `weights`."""
    return {name: tuple(tensor.shape) for name, tensor in weights.items()}


@pytest.fixture(scope="session")
def saved() -> Callable[..., bytes]:
    """The bytes that torch.save writes for an object."""

    def save(thing: object, **options: Any) -> bytes:
        file = io.BytesIO()
        torch.save(thing, file, **options)
        return file.getvalue()

    return save


@pytest.fixture(scope="session")
def archived() -> Callable[..., bytes]:
    """A zip archive like torch.save's, with right checksums, of any data.pkl and any storages."""

    def write(code: bytes, storages: Mapping[str, bytes] | None = None, how: int = zipfile.ZIP_STORED) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", how) as opened:
            opened.writestr("archive/data.pkl", code)
            for key, content in (storages or {}).items():
                opened.writestr(f"archive/data/{key}", content)
        return file.getvalue()

    return write


@pytest.fixture(scope="session")
def pickled() -> Callable[[object], bytes]:
    """The pickle of an object as torch.save would write it, with `Numbers` as its storages."""

    def write(thing: object) -> bytes:
        file = io.BytesIO()
        _Pickler(file, protocol=2).dump(thing)
        return file.getvalue()

    return write


@pytest.fixture(scope="session")
def numbers() -> type[Numbers]:
    """A storage to be claimed."""
    return Numbers


@pytest.fixture(scope="session")
def claimed() -> type[Claimed]:
    """A tensor to be claimed."""
    return Claimed


@pytest.fixture(scope="session")
def refusal() -> Callable[..., str]:
    """Why a file is refused: one printable sentence with the file's name before it, and nothing but CheckpointError."""
    from visualizer.network.checkpoint import CheckpointError, read_checkpoint

    def why(data: bytes, **options: Any) -> str:
        with pytest.raises(CheckpointError) as caught:
            read_checkpoint(data, "mine.pth", **options)
        sentence = str(caught.value)
        assert sentence.startswith("mine.pth ")
        assert sentence.endswith(".")
        assert sentence.isprintable()
        assert 20 < len(sentence) < 400
        return sentence

    return why
