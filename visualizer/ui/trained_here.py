"""Weights that come with the project, with their cards, on the Activations page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from visualizer.resnet import parse, presets
from visualizer.ui.sentences import literal
from visualizer.ui.state import change
from visualizer.ui.views import RANDOM, View
from visualizer.ui.weight_sources import bundled_weights

if TYPE_CHECKING:
    from visualizer.network.bundled import Bundled

OPENS_WITH = {"resnet20_digits": "digit_3"}
"""The sample that weights are opened with, where it is not the one that is shown."""


def all_bundled() -> tuple[Bundled, ...]:
    """Every bundled weights."""
    from visualizer.network.bundled import bundled

    return tuple(bundled().values())


def fitting(state: View) -> Bundled | None:
    """The bundled weights of the view's network, if there are any."""
    return next((one for one in all_bundled() if parse(one.net) == state.spec), None)


def opens(one: Bundled) -> Callable[[], None]:
    """Show these weights in their network, with a picture of their kind, as a callback."""

    def act() -> None:
        values: dict[str, Any] = {"spec": parse(one.net), "resolution": one.resolution, "weights": one.key, "seed": 0}
        if one.key in OPENS_WITH:
            values["picture"] = OPENS_WITH[one.key]
        change(**values, select="", off="", target=-1)

    return act


def trained_here(state: View) -> None:
    """The card of the weights that are used, and a button for each of the others."""
    used = bundled_weights(state.weights)
    if used is not None:
        _card(used)
    elif state.weights == RANDOM:
        st.caption("Each opens in the network that it was trained in; until then random weights are used: untrained.")
    others = [one for one in all_bundled() if one is not used or parse(one.net) != state.spec]
    offers(others)


def offers(some: list[Bundled]) -> None:
    """A button that opens each, with what it shows."""
    for one in some:
        st.button(
            f"Open trained {short_title(one)}", key=f"open_{one.key}", on_click=opens(one), width="stretch",
            help=literal(f"{one.title}: {one.shows} ({one.net}, {one.resolution} pixels)."),
        )  # fmt: skip


def short_title(one: Bundled) -> str:
    """What fits on a button: "ResNet-20, digits"."""
    net, data = one.net.partition("?")[0], one.key.partition("_")[2]
    return f"{presets()[net].title}, {data.replace('_', ' ')}"


def _card(one: Bundled) -> None:
    card = one.card
    st.markdown(f"**{literal(one.title)}**")
    st.caption(literal(f"Trained for this project on {card['date']}. {measured(one)}"))
    with st.popover("Data, recipe, licence"):
        for title, words in (
            ("Data", f"{card['data']['name']}. {card['data']['source']}; {card['data']['licence']}."),
            ("Split", card["data"]["split"]), ("Recipe", card["recipe"]), ("Promise", card["promise"]),
            ("Script", f"{card['script']}, seed {card['seed']}"), ("Licence", one.licence), ("SHA-256", one.sha256),
        ):  # fmt: skip
            st.markdown(f"**{title}.** {literal(str(words))}")


def measured(one: Bundled) -> str:
    """What was measured of these weights, as their card says."""
    accuracy, other = one.card.get("accuracy"), one.card.get("measured")
    if accuracy is not None:
        return f"{accuracy['right']} of {accuracy['held_out']} held-out pictures right ({accuracy['top1_percent']} %)."
    if other is not None and "pairs_found_percent" in other:
        return (
            f"Its outputs have no names. Of held-out views it finds {other['pairs_found_percent']} % of the pairs "
            f"({other['pairs_found_by_chance_percent']} % by chance)."
        )
    return "No accuracy was measured."
