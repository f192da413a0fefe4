"""Achievements and issuing bodies, fees and entitlements, the signed credential and its public verification."""
