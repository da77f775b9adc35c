// The consent page: a channel must be chosen before Allow.
"use strict";
{
  const switcher = document.getElementById("team_switcher");
  switcher.addEventListener("click", () => {
    const list = document.getElementById("team_switcher_list");
    list.hidden = !list.hidden;
    switcher.setAttribute("aria-expanded", String(!list.hidden));
  });

  const field = document.getElementById("channel");
  if (field) {
    const wrap = document.getElementById("channel_picker");
    const icon = (kind) => document.getElementById(`icon_${kind}`).content.cloneNode(true);
    new List(field, document.getElementById("channel_list"), {
      nothing: wrap.dataset.nothing,
      options: async () => {
        const loaded = await fetch("/oauth/channels");
        if (!loaded.ok) throw new Error(loaded.status);
        const answer = await loaded.json();
        return (answer.channels || []).map((each) => {
          const option = optionOf(`channel_${each.id}`, each.name);
          Object.assign(option.dataset, { value: each.id, kind: each.kind });
          option.prepend(icon(each.kind));
          return option;
        });
      },
      chosen: (option) => {
        wrap.querySelector(":scope > svg")?.remove();
        wrap.prepend(icon(option.dataset.kind));
        wrap.classList.add("chosen");
        field.value = option.textContent.trim();
        document.querySelector("[name=channel]").value = option.dataset.value;
        document.getElementById("allow").disabled = false;
      },
    });
  }
}
