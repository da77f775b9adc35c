// OAuth & Permissions: redirect URLs, scopes, allowed addresses, Revoke.
"use strict";

function oauthPage() {
  const id = document.getElementById("app").dataset.app;
  const part = (selector) => document.querySelector(selector);
  const cell = (...nodes) => { const made = document.createElement("td"); made.append(...nodes); return made; };
  const saved = () => { part("#saved").hidden = false; part("#unsaved").hidden = true; scrollTo(0, 0); };

  function rowOf(text, name, icons) {
    const row = document.createElement("tr");
    const shown = document.createElement("span");
    shown.textContent = text;
    const hiddenField = Object.assign(document.createElement("input"), { type: "hidden", name, value: text });
    row.append(cell(shown, hiddenField), cell(...icons));
    return row;
  }

  // A text box with Add and Cancel that a button opens.
  function entry(box, opener, { check, add }) {
    const field = box.querySelector("input");
    const button = box.querySelector("[data-add]");
    const close = () => { box.hidden = true; field.value = ""; check(""); };
    opener?.addEventListener("click", () => { box.hidden = false; button.disabled = !field.value.trim(); field.focus(); });
    field.addEventListener("input", () => { button.disabled = check(field.value.trim()) || !field.value.trim(); });
    const submit = () => { if (!button.disabled && add(field.value.trim())) close(); };
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); submit(); } });
    button.addEventListener("click", submit);
    box.querySelector("[data-cancel]").addEventListener("click", close);
    return { open: (text) => { box.hidden = false; field.value = text; button.disabled = false; field.focus(); } };
  }

  // Redirect URLs: rows take effect when they are saved.
  const form = part("#redirects");
  const urls = form.querySelector("tbody");
  const urlError = form.querySelector(".error");
  let edited = null;
  const urlEntry = entry(part("#url_entry"), part("#add_url"), {
    check: (text) => {
      const bad = text.startsWith("http://");
      showMessage(urlError, bad ? "Please use https (for security)" : "");
      return bad;
    },
    add: (text) => {
      if (!/^https:\/\/[^\s/]+/.test(text)) { showMessage(urlError, "Please enter a full URL."); return false; }
      const row = rowOf(text, "redirect_uri", [document.getElementById("row_icons").content.cloneNode(true)]);
      if (edited) edited.replaceWith(row); else urls.append(row);
      edited = null;
      return true;
    },
  });
  part("#add_url")?.addEventListener("click", () => { edited = null; });
  urls.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (event.target.closest("[data-qa=url_delete]")) row.remove();
    if (event.target.closest("[data-edit]")) { edited = row; urlEntry.open(row.querySelector("span").textContent); }
  });
  if (document.getElementById("shell")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const values = [...form.querySelectorAll("[name=redirect_uri]")].map((each) => each.value);
      const answer = await call("/api/developer.apps.oauth.addRedirectUrls", { id, redirect_uri: values });
      if (answer.ok) saved(); else showMessage(part("#unsaved"), answer.message || answer.error);
    });
  }

  // Scopes: a picked scope is saved at once.
  for (const table of document.querySelectorAll("table.scopes")) {
    const kind = table.dataset.kind;
    const picker = part(`.picker[data-kind=${kind}]`);
    const field = picker.querySelector("input");
    const opener = part(`[data-add-scope=${kind}]`);
    const names = () => [...table.querySelectorAll("[data-scope]")].map((row) => row.dataset.scope);
    const update = async (scopes) => {
      const answer = await call("/api/developer.apps.scope.update", { id, [`scope_${kind}`]: scopes.join(",") });
      if (answer.ok && kind === "bot") part("#outdated").hidden = !answer.outdated;
      if (!answer.ok) { showMessage(part("#unsaved"), answer.message || answer.error); return false; }
      for (const link of document.querySelectorAll("a[data-install]")) {
        const address = new URL(link.href);
        address.searchParams.set(kind === "bot" ? "scope" : "user_scope", scopes.join(","));
        link.href = address;
      }
      return true;
    };
    const closePicker = () => { picker.hidden = true; opener.hidden = false; field.value = ""; list.all = null; };
    const list = new List(field, picker.querySelector("[role=listbox]"), {
      nothing: "No options",
      options: async () => {
        const answer = await (await fetch(`/api/developer.apps.scope.list?id=${id}&kind=${kind}`)).json();
        return (answer.scopes || []).map((each) =>
          optionOf(`scope_${kind}_${each.name}`, each.name, each.description, `${each.name} ${each.methods}`));
      },
      chosen: async (option) => {
        const name = option.querySelector(".c-select_options_list__option_label").textContent;
        const text = option.querySelector(".help").textContent;
        closePicker();
        if (!(await update([...names(), name]))) return;
        const link = Object.assign(document.createElement("a"), { href: `https://api.slack.com/scopes/${name}`, textContent: name });
        const remove = Object.assign(document.createElement("button"), { className: "icon bare" });
        remove.dataset.remove = "";
        remove.append(document.getElementById("trash_icon").content.cloneNode(true));
        const row = document.createElement("tr");
        row.dataset.scope = name;
        row.append(cell(link), cell(text), cell(remove));
        const after = [...table.tBodies[0].rows].find((each) => each.dataset.scope > name);
        table.tBodies[0].insertBefore(row, after || null);
      },
    });
    opener.addEventListener("click", () => { picker.hidden = false; opener.hidden = true; });
    picker.querySelector("[data-cancel]").addEventListener("click", closePicker);
    table.addEventListener("click", async (event) => {
      const row = event.target.closest("[data-remove]")?.closest("tr");
      if (row && (await update(names().filter((name) => name !== row.dataset.scope)))) row.remove();
    });
  }

  // Allowed addresses: rows take effect when they are saved.
  const restrict = part("#restrict");
  const ranges = restrict.querySelector("tbody");
  const rangeError = part("#range_error");
  const rangeTexts = () => [...ranges.querySelectorAll("[name=range]")].map((each) => each.value);
  entry(part("#range_entry"), part("#add_range"), {
    check: () => { showMessage(rangeError, ""); return false; },
    add: (text) => {
      const error = rangeProblem(text, rangeTexts());
      showMessage(rangeError, error);
      if (error) return false;
      const remove = Object.assign(document.createElement("button"), { type: "button", className: "icon" });
      remove.dataset.delete = "";
      remove.append(document.getElementById("trash_icon").content.cloneNode(true));
      ranges.append(rowOf(text, "range", [remove]));
      return true;
    },
  });
  ranges.addEventListener("click", (event) => { if (event.target.closest("[data-delete]")) event.target.closest("tr").remove(); });
  part("#save_ranges").addEventListener("click", async () => {
    const answer = await call("/api/developer.apps.updateIPWhitelist", { id, range: rangeTexts() });
    showMessage(rangeError, answer.ok ? "" : answer.message || answer.error);
    if (answer.ok) saved();
  });

  part("#revoke").addEventListener("click", (event) => {
    event.preventDefault();
    Dialogs.confirm("revoke_dialog", async () => {
      const answer = await call("/api/developer.apps.revokeTokens", { id });
      if (answer.ok) location.reload();
      return answer;
    });
  });
}

// The error in a range; the server checks again.
function rangeProblem(text, others) {
  if (text.includes(":")) return "IPv6 addresses are not supported.";
  const found = text.match(/^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/);
  const bytes = found ? found.slice(1, 5).map(Number) : [];
  if (!found || bytes.some((each) => each > 255) || Number(found[5] || 0) > 32) return "Enter an IPv4 address or a CIDR range.";
  const [a, b] = bytes;
  if (a === 0 || a === 10 || a === 127 || (a === 169 && b === 254) || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) {
    return "Local IP addresses cannot be used.";
  }
  if (others.includes(text)) return "This IP address range is in the list already.";
  return others.length >= 10 ? "You can allow up to 10 IP address ranges." : "";
}

if (!document.getElementById("shell")) oauthPage();
