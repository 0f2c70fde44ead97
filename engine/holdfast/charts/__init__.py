"""A directory that holds a chart becomes a Chart. Nothing here knows merging or rendering."""

from holdfast.charts.load import load

__all__ = ["load"]
