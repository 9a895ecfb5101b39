"""Depesche reads news reports and keeps what they say happened between states, and on whose word."""
