// What a reader can do beside reading. Without this script every text, figure, table and link is there all the same.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // The evidence of a number or word opens beside it; a click that asks for a new tab still follows the link.
  const box = document.getElementById("boks");
  if (box && "showPopover" in box) {
    const parts = Object.fromEntries(all("[data-del]", box).map((part) => [part.dataset.del, part]));
    let claim = null;
    box.hidden = false;
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a.paastand");
      const term = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!term || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      claim = link;
      parts.tekst.textContent = term.textContent;
      parts.belegg.textContent = term.nextElementSibling.textContent;
      parts.liste.href = link.hash;
      parts.status.textContent = "";
      box.showPopover();
      const place = link.getBoundingClientRect();
      const below = place.bottom + 8 + box.offsetHeight < innerHeight || place.top < box.offsetHeight + 8;
      const left = Math.max(8, Math.min(place.left, document.documentElement.clientWidth - box.offsetWidth - 8));
      box.style.left = `${left + scrollX}px`;
      box.style.top = `${(below ? place.bottom + 8 : place.top - box.offsetHeight - 8) + scrollY}px`;
      box.focus({ preventScroll: true });
    });
    parts.liste.addEventListener("click", () => box.hidePopover());
    parts.lukk.addEventListener("click", () => { box.hidePopover(); claim.focus(); });
    parts.kopi.addEventListener("click", async () => {
      const address = `${location.href.split("#")[0]}#${claim.id}`;
      try {
        await navigator.clipboard.writeText(address);
        parts.status.textContent = parts.kopi.dataset.ferdig;
      } catch {
        parts.status.textContent = address;
      }
    });
  }

  // On paper there is nothing to press: every table is shown, and put away again afterwards.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    opened.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((details) => { details.open = false; }));

  // The contents tell which part is being read: the last one whose top has passed under the line at the top.
  const entries = all('.innhold a[href^="#"]').map((a) => [a, document.getElementById(a.hash.slice(1))]).filter(([, part]) => part);
  const follow = () => {
    const passed = entries.filter(([, part]) => part.getBoundingClientRect().top < innerHeight / 3).pop();
    for (const [link] of entries) {
      if (passed && link === passed[0]) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  if (entries.length) {
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; follow(); });
    }, { passive: true });
    follow();
  }
})();
