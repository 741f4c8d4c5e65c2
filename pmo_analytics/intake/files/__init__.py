"""The cells of received files as text, whatever kind of file it is."""
