"""How a page is made: parameters, kernels, the exporter, live charts, and pages kept for the next run."""
