"""Sixteen people with a picture each, one model: each gets what it would get alone, and the model stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Barrier
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from visualizer.network import ResNet, block_responses, block_values, build, layer_values, magnitudes, walk
from visualizer.network.cam import class_maps
from visualizer.network.distances import Pass, block_distances
from visualizer.network.lesion import class_logits, sweep
from visualizer.network.reach import measured_field
from visualizer.resnet import parse, plan
from visualizer.resnet.lesion import WHOLE, lesion

PEOPLE = 16
Pixels = NDArray[np.float32]
Look = Callable[[ResNet, Pixels, int], Any]


def _change(model: ResNet, number: int) -> Any:
    """Every second person has blocks off and swapped."""
    return lesion(model.plan, "layer2.1~layer2.2,layer1.1")[0] if number % 2 else WHOLE


def _walk(model: ResNet, pixels: Pixels, number: int) -> Any:
    with torch.inference_mode():
        return [(address, value.numpy()) for address, value in walk(model, torch.from_numpy(pixels)[None])]


LOOKS: dict[str, Look] = {
    "walk": _walk,
    "forward": lambda model, pixels, _: model(torch.from_numpy(pixels)[None]).detach().numpy(),
    "block": lambda model, pixels, number: block_values(
        model, pixels, model.plan.blocks[number % 9].path, change=_change(model, number)
    ),
    "layer": lambda model, pixels, number: layer_values(model, pixels, model.plan.layers[number].path),
    "responses": lambda model, pixels, number: block_responses(model, pixels, change=_change(model, number)),
    "magnitudes": lambda model, pixels, number: magnitudes(model, pixels, change=_change(model, number)),
    "class maps": lambda model, pixels, number: class_maps(model, pixels, number % 10, _change(model, number)),
    "receptive field": lambda model, pixels, number: measured_field(model, pixels, "layer3.1", number % 2, 1),
    "switched off": lambda model, pixels, number: class_logits(model, pixels, _change(model, number)),
    "sweep": lambda model, pixels, _: list(sweep(model, pixels)),
    "distances": lambda model, pixels, number: block_distances(
        model, Pass(pixels), Pass(-pixels, _change(model, number))
    ),
}


def _bits(found: Any) -> Iterator[bytes]:
    """Every number of a result, to the last bit, with where it stands."""
    if isinstance(found, np.ndarray):
        yield found.tobytes()
    elif isinstance(found, dict):
        for key, value in found.items():
            yield repr(key).encode()
            yield from _bits(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from _bits(value)
    else:
        yield repr(found).encode()


def _digest(found: Any) -> str:
    return sha256(b"\0".join(_bits(found))).hexdigest()


def _state(model: ResNet) -> str:
    """Parameters, buffers, and all that a module remembers."""
    remembered = [
        (name, one.training, len(one._forward_hooks), len(one._forward_pre_hooks), len(one._backward_hooks))
        for name, one in model.named_modules()
    ]
    weights = [(name, one.requires_grad, one.grad is None) for name, one in model.named_parameters()]
    return _digest([{name: one.numpy() for name, one in model.state_dict().items()}, remembered, weights])


def test_sixteen_people_share_a_model_and_each_gets_what_it_gets_alone() -> None:
    model = build(plan(parse("resnet20"), 32)).eval()
    before = _state(model)
    pictures = [
        np.random.default_rng(seed).standard_normal(model.plan.input).astype(np.float32) for seed in range(PEOPLE)
    ]
    jobs = [(look, number) for look in LOOKS for number in range(PEOPLE)]
    alone = {(look, number): _digest(LOOKS[look](model, pictures[number], number)) for look, number in jobs}
    begin = Barrier(PEOPLE)

    def person(number: int) -> list[str]:
        """The looks whose numbers are not those of this person alone; everybody begins with another one."""
        begin.wait(60)
        names = list(LOOKS)
        names = names[number % len(names) :] + names[: number % len(names)]
        return [
            name for name in names if _digest(LOOKS[name](model, pictures[number], number)) != alone[name, number]
        ]

    with ThreadPoolExecutor(PEOPLE) as people:
        assert list(people.map(person, range(PEOPLE))) == [[]] * PEOPLE
    for look in LOOKS:
        assert len({alone[look, number] for number in range(PEOPLE)}) == PEOPLE, f"two people see the same: {look}"
    assert _state(model) == before
