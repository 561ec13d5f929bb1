"""The weights that come with the project, so that a first start without any network shows learned maps.

Each file of weights has its card beside it, under the same name with .json: data, recipe, accuracy, date, licence. The
scripts that the cards name wrote both.
"""

from visualizer.network.bundled.weights import Bundled, bundled

__all__ = ["Bundled", "bundled"]
