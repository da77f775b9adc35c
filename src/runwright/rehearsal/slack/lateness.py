"""How late the stand-in is, in seconds: lists that arrive late and saves that take effect a moment later."""

APPS_LIST = 0.3
"""The list of apps, after its page."""
CREATE_APP = 0.3
"""The answer to *Create App*."""
SCOPE_LIST = 0.2
"""The scopes on offer, after the picker was opened."""
SCOPE_SAVE = 0.15
"""The answer to a scope that was picked or removed."""
SAVE_TAKES_EFFECT = 0.3
"""Redirect URLs and address ranges are stored this long after the answer that accepts them."""
SECRET = 0.15
"""The value behind *Show*."""
CHANNEL_LIST = 0.3
"""The channels on offer on the consent page."""
MESSAGES = 0.3
"""A channel's messages, after its page."""
BANNER = 0.6
"""The cookie banner, after its page."""
HYDRATION = 30.0
"""Pages that moved to app.slack.com show nothing for so long."""
DECISION = 3.0
"""Somebody decides on a request for approval."""
