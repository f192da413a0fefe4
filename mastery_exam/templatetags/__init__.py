"""Template tags of mastery_exam."""
