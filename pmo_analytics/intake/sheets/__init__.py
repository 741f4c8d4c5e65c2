"""The parts of a sheet: its header and what its columns are called, its rows, and what is no data."""
