"""Payment gateways, one folder each. A new one touches its folder and `PAID_CERTIFICATE_GATEWAYS`."""
