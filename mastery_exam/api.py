"""The one door of mastery_exam."""
