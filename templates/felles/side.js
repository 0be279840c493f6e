// What a reader can do beside reading. Without this script every text, figure, table and link is there all the same.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // The evidence of a number or word opens beside it, and the focus goes back to where it came from. A click that asks for a
  // new tab still follows the link.
  const tools = document.querySelector(".handling"), said = document.querySelector(".status");
  if (tools && "showPopover" in tools) {
    const line = () => document.querySelector(".topp").getBoundingClientRect().bottom + 8;
    // Under the word, or over it where only there is room, and never on it: the page moves the word up to the line at the top,
    // and the sheet scrolls, when neither is enough.
    const place = (sheet, link) => {
      sheet.style.inset = sheet.style.maxHeight = "";
      const wide = getComputedStyle(sheet).left !== "0px", need = sheet.offsetHeight + 16;
      const word = () => link.getBoundingClientRect();
      const rooms = () => [innerHeight - word().bottom, word().top - line()];
      if (word().top < line() || Math.max(...rooms()) < need) scrollBy({ top: word().top - line(), behavior: "instant" });
      const [below, above] = rooms(), under = below >= Math.min(need, above);
      sheet.style.maxHeight = `${(under ? below : above) - 16}px`;
      const left = Math.max(8, Math.min(word().left, document.documentElement.clientWidth - sheet.offsetWidth - 8));
      const top = under ? word().bottom + 8 : Math.max(line(), word().top - sheet.offsetHeight - 8);
      if (wide) sheet.style.inset = `${top}px auto auto ${left}px`;
      else if (!under) sheet.style.inset = `${line()}px 0 auto`;
    };
    let claim = null;
    const open = (sheet, link) => {
      claim = link;
      sheet.append(tools, said);
      tools.hidden = false;
      said.textContent = "";
      link?.focus({ preventScroll: true });  // some browsers do not give it to a link that is pressed
      sheet.showPopover();
      sheet.scrollTop = 0;
      link?.setAttribute("aria-expanded", "true");
      if (link) place(sheet, link);
      sheet.focus({ preventScroll: true });
    };
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a.paastand, .lukk");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const sheet = link.closest(".belegg") ?? document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (link.matches(".lukk") && !sheet.matches(":popover-open")) return;
      event.preventDefault();
      if (link.matches(".lukk")) sheet.hidePopover();
      else open(sheet, link);
    });
    document.addEventListener("toggle", (event) => {
      if (!event.target.matches(".belegg") || event.newState === "open" || !claim) return;
      claim.removeAttribute("aria-expanded");
      if (document.activeElement === document.body || event.target.contains(document.activeElement)) claim.focus();
      claim = null;
    }, true);
    document.getElementById("kopi").addEventListener("click", async ({ currentTarget }) => {
      const address = `${location.href.split("#")[0]}#${currentTarget.closest(".belegg").id}`;
      try {
        await navigator.clipboard.writeText(address);
        said.textContent = currentTarget.dataset.ferdig;
      } catch {
        said.textContent = address;
      }
    });
  }

  // A place leads to the page of the fact sheets, where it is looked for in the browser: nothing is sent.
  const find = document.querySelector("[data-finn]");
  if (find) {
    find.hidden = false;
    find.addEventListener("submit", (event) => {
      event.preventDefault();
      location.href = `${find.dataset.finn}#finn=${encodeURIComponent(find.querySelector("input").value)}`;
    });
  }

  // On paper there is nothing to press: every table is shown, and put away again afterwards.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all(".deler details:not([open])");
    opened.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((details) => { details.open = false; }));

  // The contents are folded on a phone alone; a link to a table or figure that is put away brings it out.
  const contents = document.querySelector(".innhold details");
  if (contents) contents.open = matchMedia("(min-width: 40rem)").matches;
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || target.matches(".belegg")) return;
    const way = target.closest(".tallene") ? "tabell" : "figur";
    const input = target.closest(".visning")?.querySelector(`.bytt input[value="${way}"]`);
    if (input) input.checked = true;
    for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

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
