"""A plan as a torch model: built by name, walked layer by layer, with loaded weights. The only package with torch."""

from visualizer.network.checkpoint import DEFAULT_MAX_BYTES, Checkpoint, CheckpointError, Difference, read_checkpoint
from visualizer.network.entries import Entries, block_entries, entries_size
from visualizer.network.kernels import Kernels, feeding, kernels
from visualizer.network.loading import load
from visualizer.network.model import NetworkTooLargeError, ResNet, build, tensor_shapes, walk
from visualizer.network.program import UnknownAddress
from visualizer.network.responses import Response, block_responses
from visualizer.network.values import block_values, layer_values, magnitudes, values_of_blocks

__all__ = [
    "DEFAULT_MAX_BYTES", "Checkpoint", "CheckpointError", "Difference", "Entries", "Kernels", "NetworkTooLargeError",
    "ResNet", "Response", "UnknownAddress", "block_entries", "block_responses", "block_values", "build",
    "entries_size", "feeding", "kernels", "layer_values", "load", "magnitudes", "read_checkpoint", "tensor_shapes",
    "values_of_blocks", "walk",
]  # fmt: skip
