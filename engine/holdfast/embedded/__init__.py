"""The API server in miniature: Kubernetes' REST protocol over SQLite. It knows no client."""

from holdfast.embedded.app import open_app

__all__ = ["open_app"]
