"""One package a platform: it knows the core only by its values and doors."""
