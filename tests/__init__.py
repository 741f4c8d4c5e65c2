"""Tests of the workspace: each file is about one module."""
