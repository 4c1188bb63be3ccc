// Adds a button that copies what stands in a box, or the whole of a digest. The page works without this script.
"use strict";

(() => {
  if (!navigator.clipboard) return; // browsers have it on https:// and on localhost only

  const button = (what, text) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "quiet copy";
    made.textContent = "Copy";
    made.setAttribute("aria-label", `Copy: ${what}`);
    made.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      made.textContent = "Copied";
      setTimeout(() => { made.textContent = "Copy"; }, 2000);
    });
    return made;
  };

  for (const box of document.querySelectorAll(".paste")) {
    const text = box.querySelector("pre");
    box.prepend(button(text.getAttribute("aria-label"), text.textContent));
  }
  for (const digest of document.querySelectorAll("[data-copy]")) {
    digest.after(" ", button("digest", digest.dataset.copy));
  }
})();
