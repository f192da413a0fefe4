"""The one door to the platform: everything that imports lms, cms, openedx, common, xmodule or CAPA lives here."""
