"""How fast it is: measures the assistant, and what users would pick instead, in one run."""
