"""The routes of the release report and of the roadmap."""
