// Your Apps: the list that arrives late, and the two dialogs that create an app.
"use strict";
{
  const list = document.getElementById("apps");
  fetch("/apps/list").then(async (answer) => {
    if (!answer.ok) throw new Error(answer.status);
    list.innerHTML = await answer.text();
    if (list.dataset.opened) Dialogs.open("create");
  }).catch(() => { list.innerHTML = '<p class="error" role="alert">Your apps did not load. Please reload the page.</p>'; });

  list.addEventListener("click", (event) => {
    if (event.target.closest(".create_new_app_button")) Dialogs.open("create");
  });
  list.addEventListener("input", (event) => {
    if (event.target.id !== "apps_filter") return;
    const filter = event.target.value.toLowerCase();
    list.querySelectorAll("tbody tr").forEach((row) => { row.hidden = !row.textContent.toLowerCase().includes(filter); });
  });

  const name = document.getElementById("app_name");
  const picker = document.getElementById("team-picker_button");
  const create = document.getElementById("create_button");
  const box = document.getElementById("team-picker_list");
  const nameError = name.parentElement.querySelector(".error");
  let team = "";

  const ready = () => { create.disabled = !name.value.trim() || name.value.length > 35 || !team; };
  name.addEventListener("input", () => {
    showMessage(nameError, name.value.length > 35 ? "App names must be 35 characters or fewer." : "");
    ready();
  });
  const options = [...box.children];
  new List(picker, box, {
    options: async () => options,
    nothing: "No options",
    chosen: (option) => {
      team = option.dataset.value;
      const label = picker.querySelector(".c-select_label");
      label.classList.remove("placeholder");
      label.replaceChildren(...[...option.childNodes].map((node) => node.cloneNode(true)));
      picker.focus();
      ready();
    },
  });
  create.addEventListener("click", async () => {
    create.disabled = true;
    const answer = await call("/api/developer.apps.create", { name: name.value, team });
    if (answer.ok) { location.href = `/apps/${answer.app_id}`; return; }
    showMessage(document.getElementById("create_error"), answer.message || answer.error);
    ready();
  });
}
