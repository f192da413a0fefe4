"""The host's Studio: a course's outline, its units with edit forms, OLX in and out."""
