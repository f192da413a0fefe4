"""Models of paid_certificate, one file per aggregate."""
