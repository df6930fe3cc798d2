"""famlint over real configuration of public repositories."""
