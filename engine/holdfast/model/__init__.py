"""The data every floor speaks of: frozen, without behaviour beyond derivation, without I/O."""
