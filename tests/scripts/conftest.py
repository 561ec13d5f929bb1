"""What tests of the training scripts share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from scripts.training import repeatable


@pytest.fixture
def one_thread() -> Iterator[None]:
    """The settings of a training script, for one test."""
    threads, deterministic = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    repeatable()
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(deterministic)
