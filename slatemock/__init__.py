"""The front door: the program `slatemock`, its verbs and its configuration."""

__version__ = "0.1.0"
