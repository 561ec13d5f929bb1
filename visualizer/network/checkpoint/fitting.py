"""Whether a checkpoint's tensors are those of a network, name by name and shape by shape."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from visualizer.network.checkpoint.errors import CheckpointError, Difference, Shape, counted, listed, shown
from visualizer.network.checkpoint.reading import Checkpoint
from visualizer.network.checkpoint.tensors import is_count


def fit(expected: Mapping[str, Shape], checkpoint: Checkpoint) -> dict[str, Tensor]:
    """The checkpoint's tensors in the network's order, ready for `load_state_dict`.

    expected: the shape of every parameter and buffer by name; num_batches_tracked is optional and left out of the
    answer, which `load_state_dict` accepts from a plain dict. Raises CheckpointError that says which tensors are
    missing, unexpected or of another shape, and carries them all; where only the classifier differs, how many classes
    would fit.
    """
    wanted = {name: tuple(shape) for name, shape in expected.items() if not is_count(name)}
    held = {name: tuple(tensor.shape) for name, tensor in checkpoint.tensors.items()}
    if held != wanted:
        subject = checkpoint.name or "The file"
        differences = differences_between(wanted, held)
        raise CheckpointError(f"{subject} {_other_classes(wanted, held) or _misfit(differences)}.", differences)
    return {name: checkpoint.tensors[name] for name in wanted}


def _other_classes(wanted: Mapping[str, Shape], held: Mapping[str, Shape]) -> str | None:
    """What to say if the only difference is the number of classes, the first size of fc.weight and fc.bias."""
    features = wanted.get("fc.weight", ())[1:]
    theirs, ours = (shapes.get("fc.weight", (0,))[:1] for shapes in (held, wanted))
    if {**wanted, "fc.weight": theirs + features, "fc.bias": theirs} != held:
        return None
    noun = "class" if theirs == (1,) else "classes"
    return f"was trained for {theirs[0]:,} {noun}, and this network has {ours[0]:,}: choose classes={theirs[0]}"


def differences_between(wanted: Mapping[str, Shape], held: Mapping[str, Shape]) -> tuple[Difference, ...]:
    """The tensors that differ: the network's in its order, then those that only the file has."""
    both = [Difference(name, held.get(name), wanted.get(name)) for name in {**wanted, **held}]
    return tuple(one for one in both if one.held != one.wanted)


def _misfit(differences: tuple[Difference, ...]) -> str:
    missing = [one.name for one in differences if one.held is None]
    unexpected = [one.name for one in differences if one.wanted is None]
    reshaped = [one for one in differences if one.held is not None and one.wanted is not None]
    parts = []
    if missing:
        parts.append(f"{_are(missing)} missing ({listed(missing)})")
    if unexpected:
        parts.append(f"{_are(unexpected)} unexpected ({listed(unexpected)})")
    if reshaped:
        name, theirs, ours = reshaped[0]
        parts.append(
            f"{counted(len(reshaped), 'tensor')} differ{'s' if len(reshaped) == 1 else ''} in shape"
            f" ({shown(name)} is {shape_text(theirs)} in the file, {shape_text(ours)} in this network)"
        )
    return f"does not fit this network, so choose the network that it was saved from: {_joined(parts)}"


def _are(names: list[str]) -> str:
    return f"{counted(len(names), 'tensor')} {'is' if len(names) == 1 else 'are'}"


def _joined(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def shape_text(shape: Shape | None) -> str:
    """The sizes as in 64×3×7×7, or "a single number" for a tensor without dimensions."""
    return "×".join(str(size) for size in shape[:8]) if shape else "a single number"
