"""The verbs. One file each: `prepare_<verb>` decides (→ Plan), `carry_out` does (→ Events)."""
