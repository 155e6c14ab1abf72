"""What a new engineer wants to know first: what there is, how requests flow, what is normal, and why."""
