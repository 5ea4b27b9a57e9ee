"""Fit the pool of adoption curves that forecasts are made from."""
