"""Models of credit_transfer, one file per aggregate."""
