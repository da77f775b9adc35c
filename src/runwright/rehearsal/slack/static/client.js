// A channel: its messages, new ones as they come, and the box to write into.
"use strict";
{
  const list = document.getElementById("messages");
  const EVERY = 700;
  let last = 0;
  const made = (tag, kind, text) => Object.assign(document.createElement(tag), { className: kind, textContent: text || "" });

  const plain = (text) => String(text ?? "")
    .replace(/<(https?:[^|>]+)\|([^>]+)>/g, "$2").replace(/<(https?:[^>]+)>/g, "$1")
    .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

  function attachment(said) {
    const box = made("div", "attachment");
    const named = { danger: "#a30200", warning: "#daa038", good: "#2eb67d" };
    const colour = said.color || "";
    box.style.borderLeftColor = named[colour] || (/^#?[0-9a-f]{6}$/i.test(colour) ? `#${colour.replace("#", "")}` : "#ddd");
    if (said.pretext) box.append(made("div", "pretext", plain(said.pretext)));
    if (said.title) {
      const link = /^https?:/.test(said.title_link || "");
      const title = made(link ? "a" : "div", "title", plain(said.title));
      if (link) title.href = said.title_link;
      box.append(title);
    }
    if (said.text) box.append(made("div", "text", plain(said.text)));
    if (Array.isArray(said.fields)) {
      const grid = made("div", "fields");
      for (const each of said.fields) {
        const field = made("div", each.short === false ? "wide" : "");
        field.append(made("b", "", plain(each.title)), made("div", "", plain(each.value)));
        grid.append(field);
      }
      box.append(grid);
    }
    return box;
  }

  function message(said) {
    const row = made("div", said.subtype === "bot_add" ? "message joined" : "message");
    const head = made("div", "head");
    head.append(made("b", "", said.author), ...(said.subtype === "bot_message" ? [made("em", "", "APP")] : []), made("time", "", said.time));
    row.append(head);
    if (said.text) row.append(made("div", "text", plain(said.text)));
    said.attachments.forEach((each) => row.append(attachment(each)));
    for (const block of said.blocks) {
      const texts = [block.text, ...(block.fields || []), ...(block.elements || [])];
      texts.filter((each) => each && typeof each.text === "string").forEach((each) => row.append(made("div", "text", plain(each.text))));
    }
    return row;
  }

  async function look() {
    try {
      const answer = await (await fetch(`${list.dataset.path}?after=${last}`)).json();
      for (const said of answer.messages || []) {
        if (said.number <= last) continue;
        last = said.number;
        list.append(message(said));
        list.scrollTop = list.scrollHeight;
      }
    } catch { /* the next look may go better */ }
    setTimeout(look, EVERY);
  }
  look();

  const box = document.getElementById("write");
  box.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    const text = box.value.trim();
    if (text && (await call(list.dataset.path, { text })).ok) box.value = "";
  });
}
