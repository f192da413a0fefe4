"""The one door of micromasters_pathway."""
