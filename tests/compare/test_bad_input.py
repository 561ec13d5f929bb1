"""Compare and what cannot be: one sentence for each thing that was wrong, and the rest of the page stays."""

from __future__ import annotations

import safetensors.torch
import torch

from tests.compare.test_choose import file_of, networks, page, sentences, upload
from visualizer.ui.uploads import UPLOADS
from visualizer.ui.views import RANDOM


def test_a_link_with_unknown_fields_is_one_sentence() -> None:
    at = page(net="resnet18", vs=["resnet34"], colour="red", grups="3")
    assert sentences(at) == ["This link has a part that is not understood and was left out: colour, grups."]
    assert networks(at) == [("resnet18", RANDOM), ("resnet34", RANDOM)]


def test_four_impossible_networks_are_a_sentence_each() -> None:
    at = page(net="resnet51", vs=["resnet18?groups=2", "resnet50?depths=0", "<b>plain</b>"])
    found = sentences(at)
    assert len(found) == 4
    for sentence, words in zip(found, ("net=resnet51", "groups=2", "depths=0", "<b>plain</b>"), strict=True):
        assert words in sentence
        assert "nearest" in sentence
    assert networks(at) == [("resnet50", RANDOM), ("resnet34", RANDOM)]
    assert len(at.tabs) > 1


def test_a_checkpoint_that_is_of_neither_network_is_one_sentence() -> None:
    digest = UPLOADS.keep(file_of("resnet20?depths=1,1,2"))
    at = page(net="resnet18", vs=["resnet34"], weights=digest, vs_weights=digest)
    first, second = sentences(at)
    assert first.startswith("1 · ResNet-18: The weights “file ")
    assert second.startswith("2 · ResNet-34: The weights “file ")
    assert networks(at) == [("resnet18", RANDOM), ("resnet34", RANDOM)]
    assert len(at.tabs) > 1


def test_weights_that_are_no_longer_here_are_one_sentence() -> None:
    at = page(net="resnet18", vs=["resnet34"], weights="f" * 64)
    (sentence,) = sentences(at)
    assert sentence == (
        "1 · ResNet-18: The weights of this link are no longer kept here; open them again. Random weights are used."
    )
    assert networks(at)[0] == ("resnet18", RANDOM)


def test_a_file_that_is_no_checkpoint_and_one_that_is_no_resnet_are_one_sentence_each() -> None:
    before = page(net="resnet18", vs=["resnet34"])
    at = upload(before, 1, b"<!doctype html><html></html>", "weights.pth")
    (sentence,) = sentences(at)
    assert sentence.startswith("weights.pth: ")
    vgg = safetensors.torch.save({"features.0.weight": torch.zeros(64, 3, 3, 3)})
    (sentence,) = sentences(upload(at, 0, vgg, "<b>vgg</b>.safetensors"))
    assert sentence.startswith("<b>vgg</b>.safetensors: The file has no residual blocks")
    assert networks(at) == [("resnet18", RANDOM), ("resnet34", RANDOM)]
