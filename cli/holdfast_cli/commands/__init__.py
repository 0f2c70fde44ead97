"""The verbs, one file each: parse, call one action, print."""
