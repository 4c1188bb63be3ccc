// Refreshes the list of threads. The page also works without this script: reload it by hand.
"use strict";

(() => {
  const SECONDS = 4;
  const list = document.getElementById("threads");
  const notice = document.getElementById("news");
  if (!list || !notice) return;

  const isInUse = () => list.contains(document.activeElement) || list.querySelector("details[open]") !== null;

  const look = async () => {
    if (document.hidden) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("threads");
    if (!fresh || fresh.dataset.version === list.dataset.version) return;
    if (isInUse()) {
      notice.hidden = false; // do not move content that somebody is reading
      return;
    }
    list.replaceChildren(...fresh.childNodes);
    list.dataset.version = fresh.dataset.version;
    notice.hidden = true;
  };

  setInterval(() => look().catch(() => {}), SECONDS * 1000);
})();
