"""The one door of credit_transfer."""
