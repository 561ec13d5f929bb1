"""Whose weights a view has, by their name in the URL: nobody's, ours, ImageNet's, or those of a person's own file.

`View.weights` is `RANDOM`, the key of bundled or of published weights, or the SHA-256 of an uploaded checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Semaphore
from typing import TYPE_CHECKING

from visualizer.ui.store import MODELS
from visualizer.ui.uploads import UPLOADS
from visualizer.ui.views import RANDOM, View

if TYPE_CHECKING:
    from visualizer.network import Checkpoint, Difference
    from visualizer.network.bundled import Bundled
    from visualizer.network.published_weights import Published

UNTRAINED = "untrained"
IMAGENET_CLASSES = 1000
_READS = Semaphore(1)


class NoWeightsError(ValueError):
    """Weights that are not here, are none, or are those of another network; its text is one sentence.

    differences: the tensors that keep them from the network, where that is the reason. absent: whether they are
    published ones that can be fetched.
    """

    def __init__(self, sentence: str, differences: tuple[Difference, ...] = (), absent: bool = False) -> None:
        super().__init__(sentence)
        self.differences = differences
        self.absent = absent


def checkpoint(weights: str) -> Checkpoint:
    """The checkpoint of a view's weights, read once for all sessions.

    Raises NoWeightsError if it is not, or no longer, kept here, or is no checkpoint.
    """
    return MODELS.value(("checkpoint", weights), lambda: _read(weights), size_of)


def own_checkpoint(data: bytes, digest: str) -> Checkpoint:
    """The checkpoint in a file that was uploaded just now; NoWeightsError if it is none."""
    return MODELS.value(("checkpoint", digest), lambda: _from_bytes(data), size_of)


def size_of(read: Checkpoint) -> int:
    """Bytes of its numbers in memory."""
    return sum(tensor.nbytes for tensor in read.tensors.values())


def _read(weights: str) -> Checkpoint:
    ours, theirs = bundled_weights(weights), published(weights)
    if ours is not None:
        return _checked(ours.checkpoint)
    if theirs is not None:
        return _checked(lambda: _fetched(theirs))
    return _from_bytes(UPLOADS.find(weights))


def _fetched(row: Published) -> Checkpoint:
    from visualizer.network.hub import NotFetchedError, published_checkpoint

    try:
        return published_checkpoint(row)
    except NotFetchedError as error:
        raise NoWeightsError(str(error), absent=True) from error


def _checked(read: Callable[[], Checkpoint]) -> Checkpoint:
    from visualizer.network import CheckpointError

    try:
        with _READS:  # each takes a few times the memory of its file
            return read()
    except CheckpointError as error:
        raise NoWeightsError(str(error)) from error


def _from_bytes(data: bytes | None) -> Checkpoint:
    if data is None:
        raise NoWeightsError("The weights of this link are no longer kept here; open them again.")
    from visualizer.network import read_checkpoint

    return _checked(lambda: read_checkpoint(data))


def bundled_weights(weights: str) -> Bundled | None:
    """The weights with this key that come with the project; None if there are none."""
    if weights == RANDOM or is_own(weights):
        return None
    from visualizer.network.bundled import bundled

    return bundled().get(weights)


def published(weights: str) -> Published | None:
    """The published ImageNet weights with this key; None if there are none."""
    if weights == RANDOM or is_own(weights):
        return None
    from visualizer.network.published_weights import published_weights

    return published_weights().get(weights)


def is_own(weights: str) -> bool:
    """Whether weights are a person's own file: named by a digest, which is told without loading torch."""
    return len(weights) == 64 and "_" not in weights


def title_of(weights: str) -> str:
    """What weights are called: "untrained", a title of ours, "resnet50.a1_in1k (timm)", or "file" and its digest."""
    ours, theirs = bundled_weights(weights), published(weights)
    if ours is not None:
        return ours.title
    if theirs is not None:
        return f"{theirs.name} ({theirs.host})"
    return UNTRAINED if weights == RANDOM else f"file {weights[:8]}"


def flag(state: View) -> str:
    """What stands beside every map: that nobody trained these weights, or whose they are."""
    return title_of(state.weights)


def weights_words(state: View) -> str:
    """Whose the weights of a view are, in a sentence: "untrained, random with seed 0", or what they are called."""
    return f"{flag(state)}, random with seed {state.seed}" if state.weights == RANDOM else flag(state)


def class_names(state: View) -> tuple[str, ...]:
    """The names of the classes that the view's weights tell apart, in order; () where they mean nothing or are unknown.

    A person's own weights for 1,000 classes are taken for ImageNet's in the usual order, which the page says.
    """
    ours = bundled_weights(state.weights)
    if ours is not None:
        return ours.classes if len(ours.classes) == state.spec.classes else ()
    if state.weights == RANDOM or state.spec.classes != IMAGENET_CLASSES:
        return ()
    from visualizer.network.published_weights import imagenet_classes

    return imagenet_classes()


def class_name(state: View, index: int) -> str:
    """The name of a class, or its number where it has none: "tabby", "class 17"."""
    names = class_names(state)
    return names[index] if 0 <= index < len(names) else f"class {index}"
