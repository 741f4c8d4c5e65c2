"""Engines: levelling, selection, simulation and networks, over arrays; no warehouse, no page."""
