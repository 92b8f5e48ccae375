"""Where a model looks: which tokens it pools, which it attends to, and whether its answer rests on them."""
