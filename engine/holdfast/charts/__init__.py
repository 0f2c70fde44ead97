"""A directory or an archive that holds a chart becomes a Chart, with every chart in it.

Nothing here knows merging or rendering. Importing it loads nothing that only archives need.
"""

from holdfast.charts.definitions import defined_versions, read_definitions
from holdfast.charts.kube_version import check_kube_version
from holdfast.charts.load import load

__all__ = ["check_kube_version", "defined_versions", "load", "read_definitions"]
