// Keys and partial updates. Everything works without this file, as plain forms and links.
"use strict";

(() => {
  const KEYS_OFF = "motbild-keys-off";
  const keysAreOff = () => localStorage.getItem(KEYS_OFF) === "1";
  let busy = false;

  function announce(text) {
    const live = document.getElementById("live");
    live.textContent = "";
    // A live region is read when it changes, so the same sentence twice needs a pause.
    setTimeout(() => { live.textContent = text; }, 50);
  }

  function reveal(root) {
    for (const part of root.querySelectorAll(".js-only")) part.hidden = false;
    for (const box of root.querySelectorAll("[data-keys-off]")) box.checked = keysAreOff();
  }

  function show(html, address) {
    const next = new DOMParser().parseFromString(html, "text/html");
    const work = document.getElementById("work");
    const fresh = next.getElementById("work");
    if (!work || !fresh) { location.assign(address); return; }
    const open = document.getElementById("keys")?.open;
    work.replaceWith(fresh);
    document.title = next.title;
    reveal(fresh);
    if (open && document.getElementById("keys")) document.getElementById("keys").open = true;
    const heading = document.getElementById("item-heading");
    (heading ?? document.getElementById("main")).focus({ preventScroll: true });
    scrollTo(0, 0);
    const said = [fresh.querySelector("[data-announce]"), heading].filter(Boolean);
    announce(said.map((part) => part.textContent.replace(/\s+/g, " ").trim()).join(" "));
  }

  async function load(address, options) {
    if (busy) return;
    busy = true;
    document.body.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { credentials: "same-origin", ...options });
      const html = await answer.text();
      if (answer.ok && answer.headers.get("content-type")?.includes("text/html")) {
        history.pushState({}, "", answer.url);
        show(html, answer.url);
      } else if (options?.method === "POST") {
        document.documentElement.replaceWith(
          document.adoptNode(new DOMParser().parseFromString(html, "text/html").documentElement));
      } else {
        location.assign(address);
      }
    } catch {
      announce(document.documentElement.lang === "sv"
        ? "Det gick inte att nå servern. Inget är sparat; försök igen."
        : "The server could not be reached. Nothing has been saved; try again.");
    } finally {
      busy = false;
      document.body.removeAttribute("aria-busy");
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-partial]")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    load(form.action, { method: "POST", body });
  });

  document.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const from = document.querySelector(copy.dataset.copy);
      navigator.clipboard?.writeText(from.value ?? from.textContent)
        .then(() => announce(copy.dataset.copied ?? "OK"));
      return;
    }
    if (event.target.closest("[data-print]")) { print(); return; }
    const link = event.target.closest("a[data-partial]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    load(link.href);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys-off]")) {
      localStorage.setItem(KEYS_OFF, event.target.checked ? "1" : "0");
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keysAreOff()) return;
    const at = document.activeElement;
    const types = at?.matches("textarea, select, input:not([type=checkbox]):not([type=radio])");
    if (types || document.querySelector("dialog[open]")) return;
    // Enter on a button or a link means that one; elsewhere it confirms.
    if (event.key === "Enter" && at?.matches("a, button, summary, input")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!found || event.repeat) return;
    event.preventDefault();
    found.click();
  });

  addEventListener("popstate", () => location.reload());
  reveal(document);
})();
