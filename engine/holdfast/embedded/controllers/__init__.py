"""What the controller manager, the scheduler and the kubelets do to the state, as a simulation.

Every controller is a pure function of a View (the state and the time) that yields the next writes.
No process, thread or container is ever started. CronJobs are stored but never fire;
ReplicationControllers, Ingresses and NetworkPolicies are stored and nothing more.
"""

from __future__ import annotations

from holdfast.embedded.controllers.loop import reconcile

__all__ = ["reconcile"]
