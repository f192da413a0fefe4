"""Server-rendered pages of mastery_exam."""
