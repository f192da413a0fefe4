"""REST API of mastery_exam."""
