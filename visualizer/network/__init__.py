"""A plan as a torch model: built by name, walked layer by layer. The only package with torch."""

from visualizer.network.model import NetworkTooLargeError, ResNet, build, walk

__all__ = ["NetworkTooLargeError", "ResNet", "build", "walk"]
