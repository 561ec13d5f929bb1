"""What a ResNet is: spec, presets, text form and plan. Standard library only."""

from visualizer.resnet.errors import SpecError
from visualizer.resnet.layers import Block, Layer, Shape, Stage
from visualizer.resnet.plan import Plan, plan
from visualizer.resnet.presets import DEPTHS, Preset, preset, presets
from visualizer.resnet.spec import ResNetSpec
from visualizer.resnet.text import parse, text, usual_resolution

__all__ = [
    "DEPTHS", "Block", "Layer", "Plan", "Preset", "ResNetSpec", "Shape", "SpecError", "Stage",
    "parse", "plan", "preset", "presets", "text", "usual_resolution",
]  # fmt: skip
