// Figures: the number where the reader points or goes with the arrow keys, a row that is made to stand out, and which of
// figure and table is shown, in the address. Without this script every number is in the table beside the figure.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // What is said of each mark stands in the wide drawing, and is taken out of it, so that the browser does not show it
  // too. The same marks in the narrow one have the same classes.
  const marks = new Map();
  for (const area of all(".tegning")) {
    const said = new Map();
    for (const title of all("svg :not(svg) > title", area)) {
      said.set(title.parentNode.getAttribute("class"), title.textContent);
      title.remove();
    }
    for (const svg of all("svg", area)) {
      const known = all("[class]", svg).map((shape) => ({ shape, text: said.get(shape.getAttribute("class")) }));
      marks.set(svg, known.filter((mark) => mark.text));
    }
  }

  const read = (area) => {
    const shown = () => all("svg", area).find((svg) => svg.getClientRects().length);
    const say = document.createElement("div");
    say.className = "avlest";
    say.setAttribute("role", "status");
    area.append(say);
    let at = -1;
    const tell = (number) => {
      const known = marks.get(shown()) || [];
      known[at]?.shape.classList.remove("avlest-her");
      at = number;
      const mark = known[at];
      say.textContent = mark ? mark.text : "";
      if (!mark) return;
      mark.shape.classList.add("avlest-her");
      const [inside, box] = [area.getBoundingClientRect(), mark.shape.getBoundingClientRect()];
      const left = box.left + box.width / 2 - inside.left - say.offsetWidth / 2;
      say.style.left = `${Math.max(0, Math.min(left, inside.width - say.offsetWidth))}px`;
      const over = box.top - inside.top - say.offsetHeight - 6;
      say.style.top = `${over < -40 ? box.bottom - inside.top + 6 : over}px`;
    };
    const nearest = (event) => {
      const known = marks.get(shown()) || [];
      const away = known.map(({ shape }) => {
        const box = shape.getBoundingClientRect();
        const [x, y] = [Math.max(box.left - event.clientX, 0, event.clientX - box.right), Math.max(box.top - event.clientY, 0, event.clientY - box.bottom)];
        return Math.hypot(x, y);
      });
      const least = Math.min(...away);
      tell(least < 24 ? away.indexOf(least) : -1);
    };
    area.addEventListener("pointermove", nearest);
    area.addEventListener("pointerdown", nearest);
    area.addEventListener("pointerleave", () => tell(-1));
    if (!all("svg", area).some((svg) => marks.get(svg).length)) return;
    area.tabIndex = 0;
    area.setAttribute("role", "group");
    area.setAttribute("aria-labelledby", area.parentNode.querySelector("figcaption").id);
    area.addEventListener("blur", () => tell(-1));
    area.addEventListener("keydown", (event) => {
      const count = (marks.get(shown()) || []).length;
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") tell(-1);
      else if (event.key === "Home") tell(0);
      else if (event.key === "End") tell(count - 1);
      else if (step) tell(Math.max(0, Math.min(count - 1, at < 0 ? 0 : at + step)));
      else return;
      event.preventDefault();
    });
  };
  all(".tegning").forEach(read);

  // A row stands out in the drawing and in the table of the same figure, and in no other.
  for (const visning of all(".visning")) {
    const tools = visning.querySelector(".framhev");
    if (!tools) continue;
    const select = tools.querySelector("select");
    for (const name of all(".bred .navn[class*=' '], .bred .overskrift[class*=' ']", visning)) {
      select.add(new Option(name.textContent, name.classList[1]));
    }
    tools.hidden = select.options.length < 3;
    select.addEventListener("change", () => {
      for (const option of [...select.options].slice(1)) {
        const on = option.value === select.value;
        for (const mark of all(`svg .${CSS.escape(option.value)}`, visning)) {
          mark.classList.toggle("valgt", on);
          mark.classList.toggle("svak", select.value !== "" && !on);
        }
        for (const head of all('th[scope="row"]', visning)) {
          if (head.textContent.trim().replace(/^\d+\. /, "") === option.text) head.parentElement.classList.toggle("valgt", on);
        }
      }
    });
  }

  // The address says which table is shown in place of its figure, so that the view can be shared.
  for (const input of all(".bytt input")) {
    const table = input.closest(".visning").querySelector(".tallene table");
    if (input.value === "tabell" && location.hash === `#${table.id}`) input.checked = true;
    input.addEventListener("change", () => {
      const place = input.value === "tabell" ? table.id : input.closest(".visning").querySelector("figure").id;
      history.replaceState(null, "", `#${place}`);
    });
  }
})();
