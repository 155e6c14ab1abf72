"""The learning edition: graphs first, then what the expert saw; and a drill that is scored."""
