"""Addresses, CIDRs, families, releases: pure values, read as the reader at hand reads them."""
