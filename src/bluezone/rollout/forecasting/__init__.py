"""Hold the pooled model of adoption curves that `bluezone.rollout.forecast` asks: readings, features, distribution."""
