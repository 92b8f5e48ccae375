"""The command line: parses, wires, prints. Each command imports its room when it runs."""

from rebracket.cli.app import main

__all__ = ["main"]
