// The cookie banner: it appears late, and intercepts every click until it is answered.
"use strict";
{
  const banner = document.getElementById("onetrust-consent-sdk");
  setTimeout(() => { banner.hidden = false; }, 1000 * banner.dataset.late);
  const settings = document.getElementById("onetrust-pc-sdk");
  const opener = document.getElementById("onetrust-pc-btn-handler");
  const close = () => { settings.hidden = true; opener.focus(); };
  opener.addEventListener("click", () => { settings.hidden = false; settings.focus(); });
  settings.querySelector(".close").addEventListener("click", close);
  settings.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key !== "Tab") return;
    const stops = [...settings.querySelectorAll("button")];
    const at = stops.indexOf(document.activeElement);
    event.preventDefault();
    stops[event.shiftKey ? (at <= 0 ? stops.length : at) - 1 : (at + 1) % stops.length].focus();
  });
  banner.querySelectorAll("#onetrust-accept-btn-handler, #onetrust-reject-all-handler, #accept-recommended-btn-handler").forEach((button) =>
    button.addEventListener("click", () => {
      document.cookie = "OptanonAlertBoxClosed=1; domain=.slack.com; path=/; max-age=31536000; secure";
      banner.remove();
    }));
}
