"""Run the phone: engine, loop, schedule, configuration."""
