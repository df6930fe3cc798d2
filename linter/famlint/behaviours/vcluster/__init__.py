"""What vcluster does with the ranges of its values, by release. Source: facts/vcluster.md."""
