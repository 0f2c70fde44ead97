"""The client's side of the Kubernetes protocol: requests, transports, kubeconfig, survey.

It talks to whatever answers the protocol and must not know who does: a real API server over HTTPS
and the embedded one look the same from here.
"""
