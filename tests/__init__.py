"""Tests of the workspace: a folder a room of the package, and here those about the whole."""
