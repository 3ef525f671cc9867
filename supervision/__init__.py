"""Ratings now; orders, complaints and findings later."""
