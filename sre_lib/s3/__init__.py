"""A store in an S3 bucket: objects, leases for locks, and writes of several that are finished by whoever comes next."""
