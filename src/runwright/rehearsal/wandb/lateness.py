"""How late the server is, in seconds: cards that arrive late, saves that take effect a moment later, restarts."""

from __future__ import annotations

ALERTS_CARD = 0.3
"""What the card Alerts holds, after its page."""
SWITCH_SAVE = 0.15
"""A switch of that card is sent off so long after it was turned."""
SAVE_TAKES_EFFECT = 0.5
"""A save of the admin pages takes effect so long after the answer that accepts it."""
RESTART_BEGINS = 0.3
"""Where a save makes the server restart, it goes down so long after the answer."""
RESTART = 20.0
"""And for so long."""
