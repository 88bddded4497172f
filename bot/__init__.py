"""The core of Parley: what a conversation is and how a reply is made; it knows no platform."""
