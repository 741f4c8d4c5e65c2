"""Run the command as `python -m pmo_analytics`."""

from pmo_analytics.cli import main

main()
