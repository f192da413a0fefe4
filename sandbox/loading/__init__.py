"""Filling the host: the demo of the suite, and exams made of courses that people bring. Safe to repeat."""
