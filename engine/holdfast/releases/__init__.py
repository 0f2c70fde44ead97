"""Releases as the cluster keeps them: numbered records, a head that commits, a lock, a journal."""
