"""The table of published weights against timm's and torchvision's own registries."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from visualizer.images.tensor import MEAN, STD
from visualizer.network.published_weights import HOSTS, imagenet_classes, published_weights, weights_for
from visualizer.resnet import parse, presets

REFERENCE = Path(__file__).parents[1] / "data" / "reference"
TOO_LARGE = {"resnext101_32x32d.fb_wsl_ig1b_ft_in1k"}
"""1.9 GB: more than maps are computed with."""


def rows(host: str) -> dict[str, Any]:
    ours = [row for row in published_weights().values() if row.host == host]
    return {row.name if host == "timm" else row.location: row for row in ours}


def reference(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_timm_s_are_those_of_its_registry_with_our_classes_and_our_normalisation(timm: Any) -> None:
    names = [name for preset in presets() for name in timm.list_models(f"{preset}.*", pretrained=True)]
    found = {name: timm.models.get_pretrained_cfg(name) for name in names}
    usable = {
        name for name, config in found.items()
        if config.num_classes == 1000 and (config.mean, config.std) == (tuple(MEAN), tuple(STD)) and config.license
    }  # fmt: skip
    assert set(rows("timm")) == usable - TOO_LARGE
    for name, row in rows("timm").items():
        config = found[name]
        assert (row.location, row.licence.lower(), row.net) == (config.hf_hub_id, config.license, config.architecture)
        assert config.hf_hub_filename is None  # model.safetensors, then
        assert row.source == (config.origin_url or "https://github.com/huggingface/pytorch-image-models")


def test_timm_s_accuracies_are_those_of_its_results() -> None:
    published = {(row["model"], row["img_size"]): row for row in reference("timm_accuracy.csv")}
    for name, row in rows("timm").items():
        found = published[name, str(row.at)]
        assert (row.top1, row.top5) == (float(found["top1"]), float(found["top5"]))


def test_torchvision_s_are_all_that_it_publishes_of_presets(torchvision: Any) -> None:
    found = {}
    for name in set(torchvision.models.list_models(module=torchvision.models)) & set(presets()):
        for weights in torchvision.models.get_model_weights(name):
            found[weights.url] = name, weights.name, weights.meta["_metrics"]["ImageNet-1K"], weights.meta["_file_size"]
    ours = {url: (row.net, row.name, {"acc@1": row.top1, "acc@5": row.top5}, row.mebibytes)
            for url, row in rows("torchvision").items()}  # fmt: skip
    assert ours == found


def test_every_row_is_whole() -> None:
    for key, row in published_weights().items():
        assert key == row.key == f"{row.host}_{row.name if row.host == 'timm' else row.net + '_' + row.name}".replace(
            ".", "_"
        )
        assert key.replace("_", "").isalnum()
        assert len(key) <= 64  # a part of the URL
        assert row.net in presets()
        assert row.server in HOSTS.values()
        assert 50 < row.top1 < row.top5 < 100
        assert row.free is (row.licence != "CC-BY-NC-4.0")
        assert len(row.hash_prefix) == (0 if row.host == "timm" else 8)


@pytest.mark.parametrize("net", ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d"])
def test_a_network_is_offered_its_own_the_best_free_ones_first(net: str) -> None:
    offered = weights_for(parse(net))
    assert {row.host for row in offered} == {"timm", "torchvision"}
    assert {row.net for row in offered} == {net}
    assert [(not row.free, -row.top1) for row in offered] == sorted((not row.free, -row.top1) for row in offered)
    assert not weights_for(parse(f"{net}?shortcut=C"))
    assert not weights_for(parse(f"{net}?classes=10"))


@pytest.mark.parametrize("net", ["wide_resnet50_2", "seresnet50", "resnet50d", "ecaresnet50d", "resnext101_32x8d"])
def test_further_presets_that_have_weights(net: str) -> None:
    assert weights_for(parse(net))


def test_a_file_s_size_is_that_of_its_numbers() -> None:
    """torchvision's files in full precision and timm's of the same weights, which are counted."""
    table = published_weights()
    pairs = [("torchvision_resnet18_IMAGENET1K_V1", "timm_resnet18_tv_in1k"),
             ("torchvision_resnet50_IMAGENET1K_V1", "timm_resnet50_tv_in1k")]  # fmt: skip
    for file, counted in pairs:
        assert table[counted].size == pytest.approx(table[file].size, rel=0.002)


def test_class_names(torchvision: Any) -> None:
    assert list(imagenet_classes()) == torchvision.models.ResNet50_Weights.DEFAULT.meta["categories"]
