"""The shelf of reviews: what a person decided about rows, the only opener of a review file."""
