// The cookie banner: it comes late, and takes every click until it is answered.
"use strict";
{
  const banner = document.getElementById("onetrust-consent-sdk");
  setTimeout(() => { banner.hidden = false; }, 1000 * banner.dataset.late);
  banner.querySelectorAll("#onetrust-accept-btn-handler, #onetrust-reject-all-handler").forEach((button) =>
    button.addEventListener("click", () => {
      document.cookie = "OptanonAlertBoxClosed=1; domain=.slack.com; path=/; max-age=31536000; secure";
      banner.remove();
    }));
}
