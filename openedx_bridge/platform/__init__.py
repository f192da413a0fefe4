"""The suite inside edx-platform: the only modules that import it, each import local to the function that needs it."""
