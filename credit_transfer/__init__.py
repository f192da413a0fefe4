"""Credit values, articulation and admission agreements, transfer requests and the registrar's answer."""
