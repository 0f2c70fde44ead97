"""Rules over charts: values, schema, templates and what they render. Nothing is changed or sent.

Stands above the floors that read, merge, render and parse, and below every cluster.
"""
