"""holdfast: templates, plans, applies and tracks stateful workloads on Kubernetes."""
