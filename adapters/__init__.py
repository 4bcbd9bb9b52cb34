"""One module per chat platform; `base` is the border."""
