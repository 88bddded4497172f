"""What the program costs, measured against the sandbox: `python -m bench`."""
