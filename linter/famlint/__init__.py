"""famlint: a linter for the IP families and CIDRs of Kubernetes configuration."""

__version__ = "0.1.0"
