"""What is claimed about speed and quality: each claim one script, RESULTS.md the last figures."""
