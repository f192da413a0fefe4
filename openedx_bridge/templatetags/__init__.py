"""Template tags that the suite's pages share."""
