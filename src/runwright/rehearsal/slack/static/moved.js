// A page that has moved: it stays empty until this script has fetched its content, which takes long.
"use strict";
{
  const shell = document.getElementById("shell");
  const script = (name) => new Promise((done) => {
    const made = Object.assign(document.createElement("script"), { src: `/static/${name}`, onload: done });
    document.body.append(made);
  });
  setTimeout(async () => {
    const answer = await fetch(`${location.pathname}/view`);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    page.querySelectorAll("script").forEach((each) => each.remove());
    shell.replaceChildren(...document.importNode(page.body, true).childNodes);
    document.title = page.title;
    await script("app.js");
    await script("oauth.js");
    oauthPage();
  }, 1000 * shell.dataset.late);
}
