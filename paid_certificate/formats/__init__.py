"""Forms of a credential for people: paper first."""
