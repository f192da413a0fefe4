"""The host's LMS: signing in, courses, grades, mail, and the door to blocks' handlers."""
