// What a reader can do beside reading. Without this script every text, figure, table and link is there all the same.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const chosen = { gruppe: "", instans: "" };

  // A figure and its table take turns in the same place; what is chosen holds for every figure on the page.
  const press = (buttons, pressed) => buttons.forEach((b) => b.setAttribute("aria-pressed", String(b === pressed)));

  const show = (visning) => {
    const gruppe = all("[data-gruppe]", visning);
    const codes = gruppe.map((b) => b.dataset.gruppe).filter(Boolean);
    const alone = codes.includes(chosen.gruppe) ? chosen.gruppe : "";
    press(gruppe, gruppe.find((b) => b.dataset.gruppe === alone));
    for (const code of codes) {
      for (const mark of all(`svg .${CSS.escape(code)}`, visning)) mark.classList.toggle("borte", alone !== "" && code !== alone);
    }
    const select = visning.querySelector("select");
    if (!select) return;
    const options = [...select.options].filter((option) => option.value);
    select.value = options.some((option) => option.value === chosen.instans) ? chosen.instans : "";
    for (const option of options) {
      const on = option.value === select.value;
      for (const mark of all(`svg .${CSS.escape(option.value)}`, visning)) {
        mark.classList.toggle("valgt", on);
        mark.classList.toggle("svak", select.value !== "" && !on);
      }
      for (const head of all('th[scope="row"]', visning)) {
        if (head.textContent.trim() === option.text) head.parentElement.classList.toggle("valgt", on);
      }
    }
  };

  for (const visning of all(".visning")) {
    const ways = all("[data-vis]", visning);
    const turn = (way) => {
      visning.dataset.viser = way;
      const details = visning.querySelector("details");
      if (details) details.open = way === "tabell";
      press(ways, ways.find((b) => b.dataset.vis === way));
    };
    ways.forEach((b) => b.addEventListener("click", () => turn(b.dataset.vis)));
    for (const b of all("[data-gruppe]", visning)) {
      b.addEventListener("click", () => { chosen.gruppe = b.dataset.gruppe; all(".visning").forEach(show); });
    }
    visning.querySelector("select")?.addEventListener("change", (event) => {
      chosen.instans = event.target.value;
      all(".visning").forEach(show);
    });
    all(".valg", visning).forEach((tools) => { tools.hidden = false; });
    turn("figur");
  }

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
