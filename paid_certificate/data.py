"""What paid_certificate answers with: frozen records of plain values."""
