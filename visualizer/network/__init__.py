"""A plan as a torch model: built by name, walked layer by layer. The only package with torch."""

from visualizer.network.model import NetworkTooLargeError, ResNet, build, walk
from visualizer.network.values import block_values

__all__ = ["NetworkTooLargeError", "ResNet", "block_values", "build", "walk"]
