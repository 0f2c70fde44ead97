"""What is true of Kubernetes kinds, as tables. Pure; the one place where such a fact may stand."""
