"""One package a platform: events in, messages out; each knows the core only by its values and doors."""
