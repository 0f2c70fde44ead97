"""How long simulated things take, in seconds: one table, so that a whole install takes no second.

What users set in whole seconds for the control plane itself (minReadySeconds, a Job's deadlines)
is kept as it is; what a container's own process would need (probes, grace) is shortened.
"""

from __future__ import annotations

from typing import Final

SCHEDULE: Final = 0.02
"""From a pod's creation to its node, and between looks at a pod that could not be placed."""
START: Final = 0.08
"""Pulling images and starting containers."""
READY: Final = 0.1
"""From a started container to the first good answer of its readiness probe."""
PROBE_SCALE: Final = 0.01
"""What is left of each second of a probe's initialDelaySeconds."""
BACK_OFF: Final = 0.05
"""From the first failed pull to the back-off."""
CRASH: Final = 0.1
"""How long a container runs that is known to end badly."""
RESTART: Final = 0.5
"""The first pause before such a container is run again; each pause is twice the one before, up to
the kubelet's own 300 seconds."""
FINISH: Final = 0.1
"""How long a container that is to end (a Job's) works."""
TERMINATE: Final = 0.05
"""From a pod's deletion to its end; stands for the grace period."""
ORPHAN: Final = 40.0
"""How long a pod outlives its node's removal from the cluster (the pod collector's quarantine)."""
COLLECT: Final = 20.0
"""How long a pod that is to end outlives its node's being out of service (the pod collector's
period)."""
PROVISION: Final = 0.01
"""Making a volume."""
EXPAND: Final = 0.05
"""Making a volume larger."""
EVENT_LIFE: Final = 3600.0
"""How long the API server keeps an Event."""
