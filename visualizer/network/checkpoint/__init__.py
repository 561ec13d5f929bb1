"""A visitor's checkpoint, read with care: bytes in, checked float32 tensors or one clear sentence out.

The order, each step trusting only what the ones before it have checked:
size → kind (`kinds`) → archive: stored members, checksums (`archive`) → pickle, read as data (`names`, `pickled`)
→ wrappers and prefixes (`unwrap`) → number types, amounts, values (`tensors`) → names and shapes (`fitting`).
"""

from visualizer.network.checkpoint.errors import CheckpointError, Difference
from visualizer.network.checkpoint.fitting import fit
from visualizer.network.checkpoint.reading import DEFAULT_MAX_BYTES, Checkpoint, read_checkpoint

__all__ = ["DEFAULT_MAX_BYTES", "Checkpoint", "CheckpointError", "Difference", "fit", "read_checkpoint"]
