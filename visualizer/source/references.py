"""The papers that the comments of a file may name."""

from __future__ import annotations

import re

REFERENCES = {
    "He et al. 2015": "Deep residual learning for image recognition, arXiv:1512.03385",
    "He et al. 2015b": "Delving deep into rectifiers, arXiv:1502.01852",
    "He et al. 2016": "Identity mappings in deep residual networks, arXiv:1603.05027",
    "Zagoruyko and Komodakis 2016": "Wide residual networks, arXiv:1605.07146",
    "Goyal et al. 2017": "Accurate, large minibatch SGD, arXiv:1706.02677",
    "Xie et al. 2017": "Aggregated residual transformations for deep neural networks, arXiv:1611.05431",
    "Hu et al. 2018": "Squeeze-and-excitation networks, arXiv:1709.01507",
    "He et al. 2019": "Bag of tricks for image classification, arXiv:1812.01187",
    "Wang et al. 2020": "ECA-Net: efficient channel attention, arXiv:1910.03151",
}


def cited(text: str) -> list[str]:
    """A line for each paper that the text names."""
    return [f"{authors}: {title}" for authors, title in REFERENCES.items() if re.search(rf"{authors}\b", text)]
