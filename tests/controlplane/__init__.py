"""A real Kubernetes control plane for tests, without containers: see `control_plane`."""
