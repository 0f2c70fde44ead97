"""Desired, previous and live → a Plan, and the plan as JSON and as lines for people.

Pure: it never sends a request, and is blind to charts, templates and how manifests are made. What
makes a plan (`build`) is loaded without what shows one (`body`, `report`, `table`).
"""
