"""A virtual authenticator: passkeys of service accounts in one browser context, without a device or a person.

It takes the place of the machine's own authenticators in that context. The private keys stay in Playwright's driver.

Source: https://playwright.dev/python/docs/api/class-credentials
"""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import BrowserContext

from runwright.engine.secrets.passkeys import Passkey, counter
from runwright.engine.site_origins import Sites


class VirtualAuthenticator:
    """The passkeys of a run's sites."""

    def __init__(self, sites: Sites, passkeys: Mapping[str, Passkey]) -> None:
        """``passkeys`` are those that are known, by the names of their secrets."""
        self._hosts = {site.passkey: site.home.host for site in sites if site.passkey is not None}
        self._passkeys = dict(passkeys)

    def install(self, context: BrowserContext) -> None:
        """Let pages of a context use the passkeys, and register others, if any site has one."""
        if not self._hosts:
            return
        for passkey in self._passkeys.values():
            context.credentials.create(
                passkey.rp_id,
                id=passkey.id,
                user_handle=passkey.user_handle,
                private_key=passkey.private_key,
                public_key=passkey.public_key,
                sign_count=counter(),
            )
        context.credentials.install()

    def registered(self, context: BrowserContext) -> dict[str, Passkey]:
        """The passkeys that pages have registered since the last call, by the names of their secrets.

        Costs a question to the driver while a site has none.
        """
        missing = {name: host for name, host in self._hosts.items() if name not in self._passkeys}
        found: dict[str, Passkey] = {}
        for each in context.credentials.get() if missing else ():
            made = Passkey(each["rpId"], each["id"], each["userHandle"], each["privateKey"], each["publicKey"])
            found |= {name: made for name, host in missing.items() if made.covers(host)}
        self._passkeys |= found
        return found
