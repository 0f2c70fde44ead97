"""Carrying out a plan: the only floor, with releases, that changes anything in a cluster."""
