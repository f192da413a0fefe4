"""The one door of paid_certificate."""
