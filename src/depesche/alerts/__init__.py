"""Alerts: standing orders to an archive, and how what they find reaches people and programs."""

from depesche.alerts.running import Run, run_alerts

__all__ = ["Run", "run_alerts"]
