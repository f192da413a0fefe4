"""An XBlock runtime with the platform's contracts: opaque keys, fields in the database, services, handler addresses."""
