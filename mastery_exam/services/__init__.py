"""Use cases of mastery_exam, one per module: transactions and locks live here."""
