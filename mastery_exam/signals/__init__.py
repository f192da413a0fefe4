"""Events of mastery_exam, and what it does when others send theirs."""
