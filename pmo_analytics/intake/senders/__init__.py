"""One module or folder for each kind of sender whose files have a layout of their own."""
