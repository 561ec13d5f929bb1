"""Costs against numbers that others have printed: model libraries, authors' files, the papers' tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from visualizer.analysis import Cost, costs, layer_cost, total
from visualizer.resnet import parse, plan, usual_resolution

Row = dict[str, str]
Table = Callable[[str], list[Row]]

GOLDEN = {
    "tv_resnet18": ["resnet18", "resnet18_v1"],
    "tv_resnet34": ["resnet34"],
    "tv_resnet50": ["resnet50"],
    "tv_resnet101": ["resnet101"],
    "tv_resnet152": ["resnet152"],
    "tv_resnext50_32x4d": ["resnext50_32x4d"],
    "tv_resnext101_32x8d": ["resnext101_32x8d"],
    "tv_wide_resnet50_2": ["wide_resnet50_2"],
    "caffe_ResNet-50-deploy": ["caffe_resnet50"],
    "caffe_ResNet-101-deploy": ["resnet101_v1"],
    "caffe_ResNet-152-deploy": ["resnet152_v1"],
    "keras_ResNet50": ["keras_resnet50"],
    "timm_resnet26": ["resnet26"],
    "timm_resnet50d": ["resnet50d"],
    "timm_seresnet50": ["seresnet50"],
    **{f"cifar_resnet{depth}_optA": [f"resnet{depth}"] for depth in (20, 32, 44, 56, 110, 1202)},
    "wrn_28_10": ["wrn_28_10"],
    "resnet34_option_plain_or_A": ["plain34", "resnet34?shortcut=A"],
    "resnet34_option_B": ["resnet34"],
    "resnet34_option_C": ["resnet34?shortcut=C"],
}


def cost(text: str) -> Cost:
    """Cost of the network that a text describes, at its usual resolution."""
    return costs(plan(parse(text), usual_resolution(text))).total


def test_every_golden_row_to_the_last_number(golden: dict[str, Row]) -> None:
    assert set(golden) == set(GOLDEN)
    for name, texts in GOLDEN.items():
        row = golden[name]
        for text in texts:
            network = plan(parse(text), int(row["img_size"]))
            found = costs(network).total
            assert (found.params, found.macs) == (int(row["params"]), int(row["macs"])), text
            assert not row["conv_linear_acts"] or found.activations == int(row["conv_linear_acts"]), text
            # An SE module's two fully connected layers are 1×1 convolutions there as here.
            assert sum(layer.kind == "conv" for layer in network.layers) == int(row["n_conv"]), text


def test_torchvision_s_own_figures(published_weights: list[Row]) -> None:
    assert len(published_weights) == 17
    for row in published_weights:
        found = cost(row["model"])
        assert found.params == int(row["num_params"]), row["model"]
        assert f"{found.macs / 1e9:.3f}" == f"{float(row['ops_gmac']):.3f}", row["model"]


def test_he_2015_table_1(paper_table: Table) -> None:
    """The paper prints MACs of option A for basic blocks and of option B with the stride in the 1×1 for bottlenecks."""
    for row in paper_table("he2015_table1"):
        depth, printed = row["depth"], row["flops_published_1e9"]
        texts = {
            "macs_computed_stride_on_1x1_optB": [f"resnet{depth}_v1"],
            "macs_computed_optB": [f"resnet{depth}"],
            "macs_computed_optA_or_plain": [f"plain{depth}", f"resnet{depth}?shortcut=A"],
        }
        for column, names in texts.items():
            for name in names if row[column] else ():
                assert cost(name).macs == int(row[column]), name
        billions = cost(f"resnet{depth}{'?shortcut=A' if row['block'] == 'basic' else '_v1'}").macs / 1e9
        # 3.858 for ResNet-50 is the one that the paper cuts off instead of rounding it.
        assert printed == (f"{int(billions * 10) / 10:.1f}" if depth == "50" else f"{billions:.1f}")


def test_he_2015_table_6(paper_table: Table) -> None:
    rows = [row for row in paper_table("he2015_table6_cifar") if row["method"] == "ResNet"]
    assert len(rows) == 6
    for row in rows:
        for option in "AB":
            found = cost(f"resnet{row['layers']}?shortcut={option}").params
            assert found == int(row[f"params_exact_opt{option}_10cls"])
        assert rounded(cost(f"resnet{row['layers']}").params, row["params_M"]) == row["params_M"]


def rounded(count: int, printed: str) -> str:
    """A count in millions with as many decimals as were printed."""
    return f"{count / 1e6:.{len(printed.partition('.')[2])}f}"


def test_he_2016_table_4(paper_table: Table) -> None:
    for row in paper_table("he2016_table4"):
        depth = row["model"].split()[0].removeprefix("ResNet-")
        classes = row["dataset"].removeprefix("CIFAR-")
        text = f"resnet{depth}{'v2' if 'preact' in row['model'] else ''}?classes={classes}"
        params = cost(text).params
        if depth == "1001":
            # The authors' released code has 10,327,706 parameters; the paper's 10.2 is without those of BN.
            assert classes != "10" or params == 10_327_706
            network = plan(parse(text), 32)
            params -= sum(layer_cost(layer).params for layer in network.layers if layer.kind == "bn")
        assert rounded(params, row["params_M"]) == row["params_M"], text


def test_xie_2017_table_1(paper_table: Table) -> None:
    texts = {"ResNet-50": "resnet50", "ResNeXt-50": "resnext50_32x4d"}
    rows = [row for row in paper_table("resnext") if row["table"] == "Table 1"]
    assert [row["model"] for row in rows] == list(texts)
    for row in rows:
        found = cost(texts[row["model"]])
        assert f"{found.params:,} / {found.macs / 1e9:.3f}e9" in row["note"]
        assert f"{found.macs / 1e9:.1f}" == row["flops_1e9"]
        assert f"{int(found.params / 1e5) / 10:.1f}" == row["params_1e6"]  # 25.557 is printed as 25.5


def test_xie_2017_table_2(paper_table: Table) -> None:
    """Cardinality against width at one complexity: about 70 k parameters and 0.22 GMACs in a block of conv2."""
    rows = [row for row in paper_table("resnext") if row["table"] == "Table 2"]
    assert len(rows) == 5
    for row in rows:
        groups, width = (part.split("=")[1] for part in row["setting"].split(", "))
        network = plan(parse(f"resnet50?groups={groups}&width_per_group={width}"))
        block = network.block("layer1.1")
        assert f"width of group conv (conv2) {block.branch[3].output[0]};" in row["note"]
        found = costs(network).block(block)
        assert round(found.params, -4) == 70_000
        assert f"{found.macs / 1e9:.2f}" == "0.22"


def test_xie_2017_table_7(paper_table: Table) -> None:
    """CIFAR's ResNeXt-29, with three stages of three blocks behind a 3×3 convolution of 64 channels (sec. 5.3)."""
    texts = {
        "Wide ResNet (28-10)": "wrn_28_10",
        "ResNeXt-29 8x64d": "resnext29_8x64d",
        "ResNeXt-29 16x64d": "resnext29_16x64d",
    }
    rows = [row for row in paper_table("resnext") if row["table"] == "Table 7"]
    assert [row["model"] for row in rows] == list(texts)
    for row in rows:
        assert abs(cost(texts[row["model"]]).params / 1e6 - float(row["params_1e6"])) < 0.1, row["model"]


def test_zagoruyko_2016(paper_table: Table) -> None:
    imagenet = {
        "ResNet-50": "resnet50",
        "ResNet-101": "resnet101",
        "ResNet-152": "resnet152",
        "WRN-50-2-bottleneck": "wide_resnet50_2",
        "pre-ResNet-200": "resnet200v2",
    }
    compared = 0
    for row in paper_table("wrn"):
        model = row["model"]
        if row["status"] == "recalled" or model.startswith("pre-act"):
            continue
        if model.startswith("B("):  # of its blocks with other convolutions, the spec has the one it settles on
            if model != "B(3,3) depth 28":
                continue
            text = wide_text(28, 2)
        else:
            name = model.removesuffix(" dropout")
            text = imagenet[name] if name in imagenet else wide_text(*map(int, name.split("-")[1:]))
        found = cost(text).params
        exact = row["params_exact_10cls_from_authors_pytorch"]
        assert not exact or found == int(exact), text
        printed = row["params_M"]
        assert rounded(found, printed) == printed or (printed == "44.5" and found == 44_549_160), text
        compared += 1
    assert compared == 20


def wide_text(depth: int, factor: int) -> str:
    """WRN-depth-factor of Zagoruyko and Komodakis 2016: three stages of (depth − 4)/6 blocks."""
    blocks = (depth - 4) // 6
    return f"wrn_28_10?depths={blocks},{blocks},{blocks}&width={16 * factor}"


def test_hu_2018_table_2(paper_table: Table) -> None:
    """The authors' files, to the last number: their ResNets stride in the 1×1, their ResNeXts in the 3×3."""
    texts = {
        "ResNet-50": "resnet50_v1",
        "ResNet-101": "resnet101_v1",
        "ResNet-152": "resnet152_v1",
        "ResNeXt-50": "resnext50_32x4d",
        "ResNeXt-101": "resnext101_32x8d?width_per_group=4",
    }
    rows = [row for row in paper_table("senet_table2") if row["macs_authors_prototxt_se"]]
    assert [row["model"] for row in rows] == list(texts)
    for row in rows:
        text = texts[row["model"]]
        found = cost(f"{text}{'&' if '?' in text else '?'}attention=se")
        assert found.macs == int(row["macs_authors_prototxt_se"])
        assert found.params == int(row["params_authors_prototxt_se"])
        assert abs(found.macs / 1e9 - float(row["se_gflops"])) < 0.035


def test_he_2019_table_5(paper_table: Table) -> None:
    tweaks = {"": "_v1", "-B": "", "-C": "c", "-D": "d"}
    texts = {f"ResNet-50{letter}": f"resnet50{end}" for letter, end in tweaks.items()}
    rows = paper_table("bag_of_tricks_resnetd")
    assert [row["model"] for row in rows] == list(texts)
    for row in rows:
        assert cost(texts[row["model"]]).macs == int(row["macs_computed"])


TIMM_MILLIONS = {
    "resnet18": 11.69, "resnet34": 21.8, "resnet26": 16.0, "resnet50": 25.56, "resnet101": 44.55, "resnet152": 60.19,
    "resnet18d": 11.71, "resnet34d": 21.82, "resnet26d": 16.01, "resnet50d": 25.58, "resnet101d": 44.57,
    "resnet152d": 60.21, "resnet50c": 25.58, "resnet101d?avg_down=false": 44.57, "resnet152d?avg_down=false": 60.21,
    "resnet200?stem=deep&avg_down=true": 64.69, "resnet50t?depths=2,2,2,2": 16.01,
    "resnext50_32x4d": 25.03, "resnext50_32x4d?stem=deep&avg_down=true": 25.05, "resnext101_32x8d": 88.79,
    "resnext101_32x8d?width_per_group=4": 44.18, "resnext101_32x8d?width_per_group=16": 194.03,
    "resnext101_64x4d": 83.46, "wide_resnet50_2": 68.88, "wide_resnet101_2": 126.89,
    "seresnet50": 28.09, "seresnet152?stem=deep&avg_down=true": 66.84, "seresnet18?attention_divisor=1": 11.78,
    "seresnet50?groups=32&width_per_group=4": 27.56, "seresnet101?groups=32&width_per_group=4": 48.96,
    "seresnet101?groups=32&width_per_group=8": 93.57, "seresnet101?groups=64&width_per_group=4": 88.23,
    "seresnet101?groups=32&width_per_group=8&stem=deep&avg_down=true": 93.59,
    "ecaresnet50d": 25.58, "ecaresnet50d?depths=3,4,23,3": 44.57, "ecaresnet50d?depths=3,30,48,8": 102.09,
    "resnet18v2?stem_norm=false": 11.69, "resnet34v2?stem_norm=false": 21.8, "resnet50v2?stem_norm=false": 25.55,
    "resnet101v2?stem_norm=false": 44.54, "resnet18v2?stem_norm=false&stem=deep&avg_down=true": 11.71,
    "resnet34v2?stem_norm=false&stem=deep&avg_down=true": 21.82,
}  # fmt: skip
"""Parameters in millions as timm's results-imagenet.csv prints them, of its networks in our words."""


@pytest.mark.parametrize("text", TIMM_MILLIONS)
def test_timm_s_counts(text: str) -> None:
    assert round(cost(text).params / 1e6, 2) == TIMM_MILLIONS[text]


@pytest.mark.parametrize(
    ("text", "trainable", "buffers"),
    [
        ("keras_resnet50", 25_583_592, 53_120),
        ("keras_resnet101", 44_601_832, 105_344),
        ("keras_resnet152", 60_268_520, 151_424),
        ("keras_resnet50v2", 25_568_360, 45_440),
        ("keras_resnet101v2", 44_577_896, 97_664),
        ("keras_resnet152v2", 60_236_904, 143_744),
    ],
)
def test_keras_s_summaries(text: str, trainable: int, buffers: int) -> None:
    """What `summary()` of keras.applications prints as trainable and as non-trainable, which are BN's statistics."""
    assert cost(text)[:2] == (trainable, buffers)


def test_the_distill_article_s_flops(published_receptive_fields: list[Row]) -> None:
    """TensorFlow's count of tf-slim's ResNets: 2 a MAC, and one for each element of each window that is pooled."""
    compared = 0
    for row in published_receptive_fields:
        if row["resolution"] == "None" or "v2" in row["cnn"]:  # its v2 adds biases that it does not say
            continue
        depth, stages = row["cnn"].removeprefix("resnet_v1_"), int(row["end_point"][-1])
        network = plan(parse(f"resnet{depth}?stride_block=last"), int(row["resolution"]))
        layers = [*network.stem, *(layer for stage in network.stages[:stages] for layer in stage.layers)]
        pooled = sum(layer_cost(layer).elementwise for layer in layers if layer.kind == "maxpool")
        taken = sum(layer.output[0] * layer.output[1] ** 2 for layer in layers if layer.kind == "pad")
        found = total(map(layer_cost, layers)).flops + pooled + taken
        assert abs(found - float(row["flops_billion"]) * 1e9) <= 0.5e6, row
        compared += 1
    assert compared == 32
