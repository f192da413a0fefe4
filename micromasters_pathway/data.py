"""What micromasters_pathway answers with: frozen records of plain values."""
