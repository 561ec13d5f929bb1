"""The published code itself, imported as its people ship it: torchvision, timm and Keras."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
import torch


@pytest.fixture(scope="session")
def torchvision() -> Any:
    """torchvision, also where its compiled operations were built for another torch: networks need none of them."""
    try:
        return import_module("torchvision")
    except RuntimeError:
        sys.modules["torchvision._meta_registrations"] = ModuleType("torchvision._meta_registrations")
        return import_module("torchvision")


@pytest.fixture(scope="session")
def timm(torchvision: Any) -> Any:
    """timm, which imports torchvision."""
    return import_module("timm")


@pytest.fixture(scope="session")
def keras(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Keras on torch, in double precision and with torch's order of axes; its settings stay out of the home folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_BACKEND", "torch")
        patch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))
        found: Any = import_module("keras")
        assert found.backend.backend() == "torch"
        # The one is the precision of inputs, the other that of layers.
        before = found.config.floatx(), found.config.dtype_policy(), found.config.image_data_format()
        _set(found.config, "float64", "float64", "channels_first")
        # On torch Keras computes double with single precision in single, whatever the setting: this is its one rule.
        patch.setattr(sys.modules["keras.src.backend.common.dtypes"], "_lattice_result_type", lambda *given: "float64")
        yield found
        _set(found.config, *before)


def _set(config: Any, precision: str, policy: Any, order: str) -> None:
    config.set_floatx(precision)
    config.set_dtype_policy(policy)
    config.set_image_data_format(order)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """With more threads a sum may be made in another order from one run to the next."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
