"""The API server in miniature: Kubernetes' REST protocol over SQLite. It knows no client."""
