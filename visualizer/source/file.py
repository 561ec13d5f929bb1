"""A whole file: what it is, its imports, the classes, a function with the network's name, and a first run."""

from __future__ import annotations

import textwrap
from hashlib import sha256
from shlex import quote

from visualizer.resnet import ResNetSpec, plan, presets, text
from visualizer.resnet.text import nearest_preset
from visualizer.source.attention import attention_class
from visualizer.source.block import block_class
from visualizer.source.layout import LINE, TORCH_EPS
from visualizer.source.network import network_class, stage_function
from visualizer.source.outline import Outline
from visualizer.source.references import cited

LONGEST_NAME = 40


def source(spec: ResNetSpec, resolution: int) -> str:
    """A PyTorch file with exactly this network, which imports nothing but torch (and math, where ECA needs it).

    Its state dict has the names, order and shapes of `visualizer.network.build`. The resolution stands in comments and
    in the run at its end. Raises SpecError for a resolution that cannot be.
    """
    outline = Outline(plan(spec, resolution))
    parts = [attention_class(outline)] if outline.attention else []
    parts.append(block_class(outline))
    parts += [stage_function(outline)] if outline.loops else []
    parts += [network_class(outline), _function(outline), _run(outline)]
    body = "\n\n\n".join([_imports(outline), *parts])
    return f"{_docstring(spec, resolution, body)}\n\n{body}\n"


def module_name(spec: ResNetSpec) -> str:
    """The network's name as an identifier: its text with _ for signs, or a digest where that would be long."""
    written = text(spec)
    name = "".join(letter.lower() if letter.isalnum() else "_" for letter in written)
    if len(name) <= LONGEST_NAME:
        return name
    return f"{nearest_preset(spec)[0]}_{sha256(written.encode()).hexdigest()[:8]}"


def _title(spec: ResNetSpec) -> str:
    name, changed = nearest_preset(spec)
    title = presets()[name].title
    return f"A variant of {title}" if changed else title


def _docstring(spec: ResNetSpec, resolution: int, body: str) -> str:
    """Which network this is, its papers, and how the file is made again."""
    row = presets()[nearest_preset(spec)[0]]
    written = _broken(text(spec))
    command = f"python -m visualizer code {quote(written)} --resolution {resolution}"
    parts = [
        f'"""{_title(spec)} in PyTorch.',
        textwrap.fill(f"{row.title} is from {row.source}.", LINE)
        + "\nParameter names are torchvision's, and timm's where torchvision has none.",
        f"The network as text:\n    {written}",
        f"Made by:\n    {command}",
    ]
    papers = cited("\n".join([row.source, body]))
    return "\n\n".join([*parts, "\n    ".join(["References:", *papers])]) + '\n"""'


def _broken(written: str) -> str:
    """A network's text on lines that fit; it may be broken after an &, and is then still read as the same."""
    lines = [""]
    for field in written.replace("&", "& ").split():
        if len(lines[-1]) + len(field) > LINE - 50 and lines[-1]:
            lines.append("")
        lines[-1] += field
    return "\n        ".join(lines)


def _imports(outline: Outline) -> str:
    lines = ["import math", ""] if outline.spec.attention == "eca" else []
    lines += ["import torch", "import torch.nn.functional as F", "from torch import Tensor, nn"]
    if outline.spec.bn_eps != TORCH_EPS and any(layer.kind == "bn" for layer in outline.plan.layers):
        lines += ["", f"BN_EPS = {outline.spec.bn_eps!r}"]
    return "\n".join(lines)


def _function(outline: Outline) -> str:
    channels, classes = outline.spec.channels, outline.spec.classes
    return "\n".join(
        [
            f"def {module_name(outline.spec)}() -> ResNet:",
            f'    """{_title(outline.spec)}, untrained: N×{channels}×H×W to N×{classes}."""',
            "    return ResNet()",
        ]
    )


def _run(outline: Outline) -> str:
    shape = ", ".join(map(str, (1, *outline.plan.input)))
    return "\n".join(
        [
            'if __name__ == "__main__":',
            f"    model = {module_name(outline.spec)}().eval()",
            "    with torch.inference_mode():",
            f"        output = model(torch.zeros({shape}))",
            "    parameters = sum(parameter.numel() for parameter in model.parameters())",
            '    print(f"output {tuple(output.shape)}, {parameters:,} parameters")',
        ]
    )
