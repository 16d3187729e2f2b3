"""Examples that one can follow on paper, built from the package's own parts."""
