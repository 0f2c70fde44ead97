"""The holdfast command. It parses, calls one action of the engine, and prints."""
