sha256sum -c --strict SHA256SUMS
