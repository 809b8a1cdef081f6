"""GDELT 2.0 events: what the media reported, every fifteen minutes."""
