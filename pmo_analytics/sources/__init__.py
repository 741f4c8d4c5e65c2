"""Readers: one module for each kind of sender, each handing over rows as `received` says."""
