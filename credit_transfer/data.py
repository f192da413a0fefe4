"""What credit_transfer answers with: frozen records of plain values."""
