"""Models of mastery_exam, one file per aggregate."""
