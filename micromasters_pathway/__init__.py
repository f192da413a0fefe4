"""A programme: its requirements, a learner's progress through them, and completion."""
