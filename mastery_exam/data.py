"""What mastery_exam answers with: frozen records of plain values."""
