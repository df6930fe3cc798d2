"""What a release does with effective values: pure functions, and the only place with version tables."""
