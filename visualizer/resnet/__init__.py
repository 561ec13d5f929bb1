"""What a ResNet is: spec, presets, text form and plan. Standard library only."""

from visualizer.resnet.errors import SpecError
from visualizer.resnet.layers import Block, Layer, Shape, Stage
from visualizer.resnet.named import named
from visualizer.resnet.plan import Plan, plan
from visualizer.resnet.presets import DEPTHS, Preset, preset, presets
from visualizer.resnet.sequential import SEQUENTIALS, Sequential, sequential
from visualizer.resnet.spec import ResNetSpec
from visualizer.resnet.text import parse, text, usual_resolution

__all__ = [
    "DEPTHS", "SEQUENTIALS", "Block", "Layer", "Plan", "Preset", "ResNetSpec", "Sequential", "Shape", "SpecError",
    "Stage", "named", "parse", "plan", "preset", "presets", "sequential", "text", "usual_resolution",
]  # fmt: skip
