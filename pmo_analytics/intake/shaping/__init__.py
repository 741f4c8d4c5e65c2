"""From a sheet as its sender shaped it to rows of the model, as a map says."""
