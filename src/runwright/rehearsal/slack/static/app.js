// The frame around an app's settings: the app switcher, and Copy.
"use strict";
{
  const switcher = document.getElementById("switcher");
  switcher.addEventListener("click", () => {
    const list = document.getElementById("switcher_list");
    list.hidden = !list.hidden;
    switcher.setAttribute("aria-expanded", String(!list.hidden));
  });
  document.querySelectorAll("[data-copy]").forEach((button) => button.addEventListener("click", () => {
    const shown = button.parentElement.querySelector("input, code");
    if (shown.matches("input")) shown.select(); else getSelection().selectAllChildren(shown);
    document.execCommand("copy");
  }));
}
