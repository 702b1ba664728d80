// Everything here improves a page that already works without it.
import { Button, ErrorSummary, SkipLink, createAll } from "nhsuk-frontend";
import { watchChoices } from "./choices.js";

document.documentElement.classList.add("js-enabled");
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");

createAll(Button, { preventDoubleClick: true });
createAll(ErrorSummary);
createAll(SkipLink);
document.querySelectorAll("[data-choices]").forEach(watchChoices);

const lookups = document.querySelectorAll("input[data-practice-lookup]");
if (lookups.length) {
  import("./practice-lookup.js").then(({ enhance }) => lookups.forEach(enhance));
}

const passkeys = document.querySelectorAll("[data-passkey]");
if (passkeys.length) {
  import("./passkeys.js").then(({ offer }) => passkeys.forEach(offer));
}

const fresh = document.querySelectorAll("[data-refresh]");
if (fresh.length) {
  import("./refresh.js").then(({ keepFresh }) => fresh.forEach(keepFresh));
}

// The page is already complete on paper; a button saves people hunting through a browser's menus.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

document.querySelectorAll("[data-copy]").forEach((button) => {
  const source = document.getElementById(button.dataset.copy);
  const said = document.getElementById(`${button.dataset.copy}_said`);
  if (!source || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.innerText);
      if (said) said.textContent = "Copied";
    } catch {
      // Some practices' computers keep web pages from the clipboard: mark the words, so that two keys copy them.
      getSelection().selectAllChildren(source);
      if (said) said.textContent = "Text selected. Press Ctrl and C to copy it";
    }
  });
});

// "/" goes to the search of the office's pages, unless somebody is writing.
const find = document.getElementById("find");
if (find) {
  document.addEventListener("keydown", (press) => {
    const writes = press.target.closest("input, select, textarea, [contenteditable]");
    if (press.key !== "/" || press.ctrlKey || press.metaKey || press.altKey || writes) return;
    press.preventDefault();
    find.focus();
  });
}
