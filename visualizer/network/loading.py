"""A plan with the weights of a checkpoint: names and shapes are compared before anything is made."""

from __future__ import annotations

import torch

from visualizer.network.checkpoint import Checkpoint, CheckpointError, fit
from visualizer.network.model import ResNet, build, tensor_shapes
from visualizer.resnet import Plan

TRIAL_SIZE = 32  # pixels a side: the smallest picture that any preset is made for


def load(plan: Plan, checkpoint: Checkpoint) -> ResNet:
    """The model of a plan in eval mode with weights of its own, copied from the checkpoint.

    Raises CheckpointError that says which tensors differ, or that a forward pass with them overflows.
    """
    tensors = fit(tensor_shapes(plan), checkpoint)
    model = build(plan, seed=None).eval()
    model.load_state_dict(tensors)
    _check_output(model, checkpoint.name or "The file")
    return model


@torch.inference_mode()
def _check_output(model: ResNet, name: str) -> None:
    """Each number may be in order and their products not: a small picture of noise goes through once."""
    noise = torch.randn(1, model.plan.spec.channels, TRIAL_SIZE, TRIAL_SIZE, generator=torch.Generator().manual_seed(0))
    if not model(noise).isfinite().all():
        raise CheckpointError(
            f"{name} fits this network, but its weights give numbers that are not finite:"
            " choose a checkpoint from before training went wrong."
        )
