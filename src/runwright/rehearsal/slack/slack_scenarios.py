"""The scenarios of the Slack simulator, and how late its pages and saves are, in seconds."""

from __future__ import annotations

SCENARIOS = {
    "apps": "The Slack account has three apps already, two of them with names like the usual one.",
    "signed-out": "Nobody is signed in to Slack; it wants the password.",
    "signed-out-code": "Nobody is signed in to Slack; after the password it wants a code that it sends by e-mail.",
    "signed-out-factor": "Nobody is signed in to Slack; after the password it wants an authentication code.",
    "slack-session-expires": "The Slack session ends after nine pages.",
    "cookie-banner": "A cookie banner lies over Slack’s pages until it is answered.",
    "console-moved": "The page OAuth & Permissions has moved to app.slack.com, and shows nothing for 30 seconds.",
    "consent-2026": "Slack’s consent page looks as it has done since 2026.",
    "consent-korean": "Slack’s consent page is in Korean.",
    "approval-needed": "An admin must approve the Slack app, and does not answer.",
    "approval-later": "An admin must approve the Slack app, and does so a moment after being asked.",
    "approval-refused": "An admin must approve the Slack app, and refuses.",
    "secret-regenerated": "Somebody regenerates the app’s Client Secret, once, after it was read.",
    "slack-drift-renamed": "The button Save URLs is called Save Redirect URLs.",
    "slack-drift-moved": "The redirect URLs have moved below the scopes.",
    "slack-drift-removed": "The button Add New Redirect URL is gone.",
    "slack-drift-doubled": "There are two buttons Save URLs.",
}

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
