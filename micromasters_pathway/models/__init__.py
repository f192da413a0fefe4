"""Models of micromasters_pathway, one file per aggregate."""
