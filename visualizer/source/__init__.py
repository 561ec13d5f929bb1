"""One network written out as a PyTorch file that stands alone. Standard library only; torch runs it, not we."""

from visualizer.source.fields import fields_json
from visualizer.source.file import module_name, source

__all__ = ["fields_json", "module_name", "source"]
