"""How a request reaches a server: over HTTP, or by calling an application directly."""
