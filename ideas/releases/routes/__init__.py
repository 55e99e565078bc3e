"""The release report's addresses, and the roadmap's."""
