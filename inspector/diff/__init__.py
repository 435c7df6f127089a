"""Two releases held against each other: targets lost and gained, facts that changed, findings new and fixed."""
