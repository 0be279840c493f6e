// Siden med sjekklisten: det som skrives inn, lagres i nettleseren, telles og vurderes her. Ingenting sendes.
// Tekst fra skjemaer settes bare inn som tekst, aldri som HTML.
(() => {
"use strict";

// ---- Vurderingen. Rene funksjoner, de samme som i krisestat/agreements/coverage.py og assess.py.

const leavesOf = point => point.underpunkter.length ? point.underpunkter.flatMap(leavesOf) : [point];
const everyPoint = points => points.flatMap(point => [point, ...everyPoint(point.underpunkter)]);
const isAsked = (leaf, basis) => !leaf.lovgrunnlag.length || !basis || leaf.lovgrunnlag.includes(basis);
const leafAnswers = (point, answers, basis) => leavesOf(point).map(leaf =>
  isAsked(leaf, basis) ? (Object.hasOwn(answers, leaf.id) && answers[leaf.id]) || "ubesvart" : "ikke_relevant");
// Et viktig punkt som partene selv har satt til ikke relevant, gir ikke bedre dekning: det regnes som ikke besvart.
const isExempt = (leaf, answer, basis) => answer === "ikke_relevant" && leaf.vekt > 1 && isAsked(leaf, basis);
// Et punkt fra kilden blir ikke mindre dekket av at et tillegg under det mangler.
const ownAnswers = (point, answers, basis) => leafAnswers(point, answers, basis)
  .map((answer, n) => isExempt(leavesOf(point)[n], answer, basis) ? "ubesvart" : answer)
  .filter((_, n) => leavesOf(point)[n].tillegg === point.tillegg);
// Svarene partene har gitt under et punkt, på det som gjelder for lovgrunnlaget.
const givenUnder = (point, answers, basis) => leavesOf(point).filter(leaf => isAsked(leaf, basis) && leaf.tillegg === point.tillegg)
  .flatMap(leaf => leafAnswers(leaf, answers, basis));

const ANSWERS = ["dekket", "delvis", "mangler", "ikke_relevant", "ubesvart", "ikke_spurt"];

function statusOf(answers) {
  const left = new Set(answers.filter(a => a !== "ikke_relevant" && a !== "ikke_spurt"));
  if (!left.size) return answers.every(a => a === "ikke_spurt") ? "ikke_spurt" : "ikke_relevant";
  if (left.has("delvis") || (left.has("dekket") && left.has("mangler"))) return "delvis";
  return ["ubesvart", "dekket", "mangler"].find(a => left.has(a));
}

// Dagen avtalen skal være evaluert etter sin egen regel, eller «».
function evaluationDue(agreement) {
  const start = agreement.sist_evaluert || agreement.signert;
  if (!agreement.evalueres_hvert || !start) return "";
  return String(Number(start.slice(0, 4)) + Number(agreement.evalueres_hvert)).padStart(4, "0") + start.slice(4);
}

const isClosed = (law, day) => Boolean(law && law.ingen_nye_fra && law.ingen_nye_fra <= day);

function ruleHolds(rule, agreement, law, given, day) {
  switch (rule.slag) {
    case "foreldet_lovgrunnlag": return Boolean(law && law.overgang_til && law.overgang_til < day);
    case "lovgrunnlag_stengt": return isClosed(law, agreement.signert);
    case "overgang": return isClosed(law, day) && day <= law.overgang_til;
    case "viderefoert": return isClosed(law, day) && law.viderefoert;
    case "lovgrunnlag_kom_senere": return Boolean(law && agreement.signert && agreement.signert < law.gyldig_fra);
    case "evaluering_forfalt": { const due = evaluationDue(agreement); return Boolean(due) && due < day; }
    case "utloept": return Boolean(agreement.varer_til) && agreement.varer_til < day;
  }
  const groups = String(agreement.maalgrupper ?? "").split(",");
  const empty = field => agreement[field] === "" || agreement[field] === null || agreement[field] === undefined;
  return rule.naar.every(([point, allowed]) => given(point).some(answer => allowed.includes(answer)))
    && (!rule.maalgruppe || groups.includes(rule.maalgruppe))
    && (!rule.uten_maalgruppe || !groups.includes(rule.uten_maalgruppe))
    && (!rule.lovgrunnlag.length || rule.lovgrunnlag.includes(agreement.lovgrunnlag))
    && Object.entries(rule.felt).every(([field, state]) => empty(field) === (state === "tom"));
}

// Som `vurder` i Python: `agreement` er feltene i avtalen, `answers` svaret per blad, `list` punktene, `laws` lovgrunnlagene
// etter kode, `rules` reglene og `day` dagen (ISO). `Array.sort` beholder rekkefølgen mellom like.
function vurder(agreement, answers, list, laws, rules, day) {
  const basis = agreement.lovgrunnlag || "";
  const points = new Map(everyPoint(list).map(point => [point.id, point]));
  const result = { punkter: {}, mangler: [], delvis: [], ubesvart: [], fritatt: [] };
  const byLeaf = new Map();
  for (const top of list) {
    const all = leafAnswers(top, answers, basis), given = ownAnswers(top, answers, basis);
    leavesOf(top).forEach((leaf, n) => byLeaf.set(leaf.id, all[n]));
    result.punkter[top.id] = { status: statusOf(given) };
    for (const a of ANSWERS) result.punkter[top.id][a] = given.filter(g => g === a).length;
  }
  const gravest = list.flatMap(leavesOf).sort((a, b) => b.vekt - a.vekt);
  for (const kind of ["mangler", "delvis", "ubesvart"])
    result[kind] = gravest.filter(leaf => byLeaf.get(leaf.id) === kind).map(leaf => leaf.id);
  result.fritatt = gravest.filter(leaf => isExempt(leaf, byLeaf.get(leaf.id), basis)).map(leaf => leaf.id);
  const given = id => points.has(id) ? givenUnder(points.get(id), answers, basis) : [];
  const law = Object.hasOwn(laws, basis) ? laws[basis] : null;
  const holding = rules.filter(rule => ruleHolds(rule, agreement, law, given, day))
    .sort((a, b) => b.vekt - a.vekt).map(({ id, punkt, vekt }) => ({ regel: id, punkt, vekt }));
  result.funn = holding.filter(one => one.vekt);
  result.kontroller = holding.filter(one => !one.vekt);
  return result;
}

const data = JSON.parse(document.getElementById("data").textContent);
window.krisestat = Object.freeze({ vurder, data, readDate, readNumber, readParties: (text, year) => placesIn(text).map(one => municipality(one, year)) });

// ---- Små hjelpere.

const ord = data.ord.skript;
const $ = id => document.getElementById(id);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => Object.hasOwn(values, name) ? values[name] : whole);
const el = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
  made.append(...children.filter(child => child !== ""));
  return made;
};
const points = new Map(everyPoint(data.liste).map(point => [point.id, point]));
const allLeaves = data.liste.flatMap(leavesOf);
const fields = new Map(data.felt.map(field => [field.id, field]));

// Svarene og knappen ved hvert punkt: malene på siden, med punktets id og navn.
function addFrom(template, { id, navn, tittel }, place) {
  const copy = $(template).content.cloneNode(true);
  for (const one of all("*", copy)) for (const { name, value } of [...one.attributes])
    if (value.includes("ID")) one.setAttribute(name, value.replaceAll("ID", id));
  for (const one of all("[data-navn]", copy)) one.textContent = navn;
  for (const one of all("[data-tittel]", copy)) one.textContent = tittel;
  place(copy);
}

for (const leaf of allLeaves) {
  const box = $(`punkt-${leaf.id}`), find = part => box.querySelector(`:scope > ${part}`);
  addFrom("mal-svar", leaf, copy => find(".ruter").before(copy));
  addFrom("mal-kopi", leaf, copy => find("details").append(copy));
  Object.assign(leaf, { hvorfor: find(".hvorfor").textContent, klausul: $(`${leaf.id}-klausul`).textContent });
}
// Styretegn, tegn som snur skriveretningen, og tegn uten bredde hører ikke hjemme i et skjema.
const HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const clean = text => String(text).replace(/\r\n?/g, "\n").replace(HIDDEN, "");
const oneLine = text => clean(text).replace(/\n/g, " ");
const MONTHS = ord.maaneder;
const longDate = iso => { const [y, m, d] = iso.split("-"); return `${Number(d)}. ${MONTHS[Number(m) - 1]} ${y}`; };
const today = () => { const now = new Date(); return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10); };

// ---- Det folk skriver, lest der det har én betydning. Det samme som i krisestat/agreements/words.py.

const fold = text => String(text).toLowerCase().replaceAll("_", " ").trim().replace(/\s+/g, " ").replace(/[. ]+$/, "");
const isDay = text => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

function readDate(text) {
  const told = text.toLowerCase().trim().replace(/\s+/g, " ");
  const iso = (y, m, d) => { const day = `${y}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`; return isDay(day) ? day : ""; };
  let parts = /^(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[ t]00:00(?::00(?:\.0+)?)?)?$/.exec(told);
  if (parts) return iso(parts[1], parts[2], parts[3]);
  parts = /^(\d{1,2})([-./]) ?(\d{1,2})\2 ?(\d{4})(?: 00:00(?::00)?)?$/.exec(told);
  if (parts) return parts[2] !== "." && Number(parts[1]) !== Number(parts[3]) && Number(parts[1]) <= 12 ? "" : iso(parts[4], parts[3], parts[1]);
  parts = /^(\d{1,2})\.? ?([a-zæøå]{3,9})\.? (\d{4})$/.exec(told);
  const month = parts ? MONTHS.findIndex(name => name.slice(0, 3) === parts[2].slice(0, 3)) : -1;
  return month < 0 ? "" : iso(parts[3], month + 1, parts[1]);
}

const inYear = (nr, year) => data.kommuner.find(([number, , from, to]) => number === nr && (from || year) <= year && year <= (to || year));
// Det en kommune er blitt til et år, eller det den kom av.
function walk(nr, year, forward) {
  if (inYear(nr, year)) return [nr];
  const next = data.endringer.filter(([when, from, to]) => forward ? from === nr && when <= year : to === nr && when > year)
    .map(([, from, to]) => forward ? to : from);
  return [...new Set([...new Set(next)].flatMap(one => walk(one, year, forward)))].sort();
}
const successors = (nr, year) => walk(nr, year, true);
const named = (nr, year) => { const row = inYear(nr, year); return row ? `${row[0]} ${row[1]}` : nr; };
const joined = names => names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${ord.og} ${names.at(-1)}`;
const namesOf = name => { const bare = name.replace(/ \(.*\)$/, ""); return new Set([name, bare, ...bare.split(" - ")].map(fold)); };
const NAMES = new Map();
for (const row of data.kommuner) for (const name of namesOf(row[1])) NAMES.set(name, [...NAMES.get(name) ?? [], row]);
const bareName = text => fold(text.trim().replace(/\s+kommune$/i, ""));

function placesIn(text) {
  return text.trim().replace(/^kommun(ene|ane):? /i, "").split(/[,;/\n]/).map(part => part.trim()).filter(Boolean).flatMap(part =>
    /^[\d\s]+$/.test(part) ? part.split(/\s+/) : part.includes(" og ") && !NAMES.has(bareName(part)) ? part.split(" og ").filter(Boolean) : [part]);
}

// Én kommune: { nr } i et år, eller { fault }.
function municipality(text, year) {
  const given = /^(\d{3,4})(?:[ .:–-]+(\D.*))?$/.exec(text.replace(/^(\D.*?) ?\((\d{3,4})\)$/, "$2 $1")), nr = given && given[1].padStart(4, "0");
  const rows = nr ? data.kommuner.filter(([number]) => number === nr) : NAMES.get(bareName(text)) ?? [];
  if (!rows.length) return { fault: nr ? fill(ord.ukjent_kommune, { nr }) : fill(ord.ikke_nummer, { tekst: short(text) }) };
  if (nr && given[2] && !rows.some(row => namesOf(row[1]).has(bareName(given[2])))) return { fault: fill(ord.feil_navn, { nr, navn: rows.at(-1)[1] }) };
  let there = [...new Set(rows.map(row => row[0]))].filter(one => inYear(one, year));
  if (!nr) there = there.filter(one => rows.includes(inYear(one, year))).concat(there.some(one => rows.includes(inYear(one, year))) ? [] : there);
  const numbers = there.length ? there : [...new Set(rows.flatMap(([one]) => [...walk(one, year, false), ...walk(one, year, true)]))];
  const called = new Set(rows.flatMap(row => [...namesOf(row[1])]));
  const same = numbers.filter(one => [...namesOf(inYear(one, year)[1])].some(name => called.has(name)));
  if (numbers.length === 1 || same.length === 1) return { nr: (same.length === 1 ? same : numbers)[0] };
  return { fault: numbers.length ? fill(ord.tvetydig, { tekst: short(text), aar: year, naa: joined(numbers.sort().map(one => named(one, year))) })
    : fill(ord.fantes_ikke, { tekst: short(text), aar: year }) };
}

// ---- Skjemaet: fra siden til data og tilbake. Det som er skrevet, holdes slik det er skrevet.

const inputsOf = name => all(`[name="${name}"]`);
const WORK = ["status", "ikraft", "erstatter", "vedlegg"];
const workFields = () => all('[name^="arbeid."]');

function rawForm() {
  const avtale = {}, punkter = {};
  for (const field of data.felt) {
    const inputs = inputsOf(`avtale.${field.id}`);
    avtale[field.id] = field.slag === "valg" ? inputs.filter(input => input.checked).map(input => input.value) : oneLine(inputs[0].value).trim();
  }
  for (const { id } of allLeaves) {
    const svar = inputsOf(`${id}.svar`).find(input => input.checked).value;
    punkter[id] = { svar: svar === "ubesvart" ? "" : svar, henvisning: oneLine($(`${id}-henvisning`).value).trim(), merknad: clean($(`${id}-merknad`).value).trim() };
  }
  return { skjema: data.skjema, versjon: data.versjon, spraak: data.spraak, avtale, punkter };
}

const rawWork = () => Object.fromEntries(workFields().map(input => [input.name.slice(7), oneLine(input.value).trim()]).filter(([, value]) => value));
const signedYear = raw => Number((readDate(raw.signert) || today()).slice(0, 4));

// Et helt tall, med eller uten enheten sin; ellers ingenting.
function readNumber(text, id) {
  const parts = /^([0-9]{1,4})(?:[.,]0+)? ?([a-zæøå]*)\.?$/.exec(text.toLowerCase());
  return parts && ["", ...fields.get(id).enheter].includes(parts[2]) ? Number(parts[1]) : null;
}

// Det som er skrevet om avtalen, som verdier: det som ikke kan leses, står som det er.
function valuesOf(raw) {
  const year = signedYear(raw), place = text => municipality(text, year).nr ?? text;
  return Object.fromEntries(data.felt.map(({ id, slag }) => {
    const value = raw[id];
    if (slag === "dato") return [id, readDate(value) || value];
    if (slag === "tall") return [id, readNumber(value, id) ?? value];
    if (slag === "kommuner") return [id, placesIn(value).map(place)];
    return [id, slag === "kommune" && value ? place(value) : value];
  }));
}

// Formen som lastes ned og hentes inn: se workflow/schemas/avtaleskjema.schema.json.
function readForm() {
  const form = rawForm(), arbeid = rawWork();
  return { ...form, avtale: valuesOf(form.avtale), ...(Object.keys(arbeid).length ? { arbeid } : {}) };
}

// Skjemaet slik det lastes ned: uten tilleggene når de er slått av.
function ownForm() {
  const form = readForm(), kept = new Set(chosenList().flatMap(leavesOf).map(leaf => leaf.id));
  return { ...form, punkter: Object.fromEntries(Object.entries(form.punkter).filter(([id]) => kept.has(id))) };
}

// Setter et skjema inn i feltene. Gir det som ikke fikk plass.
function writeForm(form, work = {}) {
  const left = [], text = value => Array.isArray(value) ? value.join(", ") : String(value ?? "");
  for (const field of data.felt) {
    const value = form.avtale?.[field.id] ?? "", inputs = inputsOf(`avtale.${field.id}`);
    if (field.slag === "valg") {
      const chosen = Array.isArray(value) ? value : text(value).split(",").filter(Boolean);
      for (const input of inputs) input.checked = chosen.includes(input.value);
      left.push(...chosen.filter(one => !data.maalgrupper.includes(one)));
    } else {
      if (field.slag === "kommune" && value) ensureOption(inputs[0], text(value), text(value));
      inputs[0].value = text(value);
      if (inputs[0].value !== text(value)) left.push(text(value));
    }
  }
  for (const { id } of allLeaves) {
    const given = form.punkter?.[id] ?? {}, svar = given.svar || "ubesvart";
    const known = data.valg.includes(svar) ? svar : "ubesvart";
    if (known !== svar) left.push(svar);
    for (const input of inputsOf(`${id}.svar`)) input.checked = input.value === known;
    $(`${id}-henvisning`).value = text(given.henvisning);
    $(`${id}-merknad`).value = text(given.merknad);
  }
  left.push(...Object.keys(form.punkter ?? {}).filter(id => !points.has(id) && Object.values(form.punkter[id] ?? {}).some(Boolean)));
  showDecisions(Object.keys(work).filter(key => key.startsWith("vedtak.")).map(key => key.slice(7)));
  for (const input of workFields()) input.value = text(work[input.name.slice(7)]);
  return left;
}

function ensureOption(select, value, label) {
  if (![...select.options].some(option => option.value === value)) select.append(el("option", { value }, label));
}

const emptyForm = () => ({ skjema: data.skjema, versjon: data.versjon, avtale: {}, punkter: {} });

// ---- Det som kommer utenfra, holdes mot formen. Er formen feil, brukes ingenting av det; en verdi som er feil, står i feltet og sies der.

const isPlain = value => typeof value === "object" && value !== null && !Array.isArray(value);
const fieldName = id => data.ord.felt[id].navn;
const leafName = id => { const point = points.get(id); return point ? point.navn ?? `${point.nummer} ${point.tittel}` : data.utgaatt[id] ?? id; };
const short = value => { const text = oneLine(typeof value === "string" ? value : JSON.stringify(value) ?? "").slice(0, 61);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text; };

function checkText(value, name, faults) {
  if (value === undefined || value === null) return "";
  if (typeof value === "string" || typeof value === "number") return clean(value).trim();
  faults.push(fill(ord.ukjent_verdi, { verdi: short(value), felt: name }));
  return "";
}

const codeOf = (kind, text) => data.koder[kind][fold(text)];

function checkField(field, value, faults) {
  const name = fieldName(field.id), wrong = part => faults.push(fill(ord.ukjent_verdi, { verdi: short(part), felt: name }));
  if (field.slag === "valg" || field.slag === "kommuner") {
    const parts = Array.isArray(value) ? value.map(part => checkText(part, name, faults)) : placesIn(checkText(value, name, faults));
    if (field.slag === "kommuner") return parts.filter(Boolean);
    parts.filter(part => part && !codeOf("maalgrupper", part)).forEach(wrong);
    return data.maalgrupper.filter(code => parts.some(part => codeOf("maalgrupper", part) === code));
  }
  const text = oneLine(checkText(value, name, faults));
  if (field.slag !== "lovgrunnlag" || !text) return text;
  const code = codeOf("lovgrunnlag", text);
  if (!code) wrong(text);
  return code ?? "";
}

// Gir { form, faults, missing }: skjemaet, alle feilene i ord, og punkter som skjemaets versjon ikke hadde.
function checkForm(found) {
  const faults = [], form = emptyForm();
  if (!isPlain(found) || found.skjema !== data.skjema || !isPlain(found.avtale) || !isPlain(found.punkter))
    return { form, faults: [ord.ikke_skjema], missing: [] };
  const version = String(found.versjon);
  if (!Object.hasOwn(data.versjoner, version)) {
    const known = Object.keys(data.versjoner).join(", ");
    return { form, faults: [fill(ord.ukjent_versjon, { versjon: short(version), kjente: known })], missing: [] };
  }
  const had = new Set(data.versjoner[version]);
  for (const id of Object.keys(found.avtale))
    if (!fields.has(id)) faults.push(fill(ord.ukjent_felt, { felt: short(id) }));
  for (const [id, field] of fields) form.avtale[id] = checkField(field, found.avtale[id], faults);
  for (const [id, given] of Object.entries(found.punkter)) {
    if (!had.has(id)) { faults.push(fill(ord.ukjent_punkt, { punkt: short(id), versjon: version })); continue; }
    if (!isPlain(given)) { faults.push(fill(ord.ukjent_verdi, { verdi: short(given), felt: leafName(id) })); continue; }
    const said = checkText(given.svar, leafName(id), faults), svar = said && codeOf("svar", said);
    if (said && !svar) faults.push(fill(ord.ukjent_verdi, { verdi: short(said), felt: leafName(id) }));
    for (const part of Object.keys(given))
      if (!data.deler.includes(part)) faults.push(fill(ord.ukjent_felt, { felt: short(`${id}.${part}`) }));
    const told = part => `${leafName(id)}: ${data.ord.del[part]}`;
    form.punkter[id] = { svar: svar === "ubesvart" ? "" : svar,
      henvisning: oneLine(checkText(given.henvisning, told("henvisning"), faults)), merknad: checkText(given.merknad, told("merknad"), faults) };
    if (!points.has(id) && Object.values(form.punkter[id]).some(Boolean))
      faults.push(fill(ord.ukjent_punkt, { punkt: leafName(id), versjon: data.versjon }));
  }
  const arbeid = isPlain(found.arbeid) ? Object.fromEntries(Object.entries(found.arbeid).map(([key, value]) => [key, oneLine(checkText(value, data.ord.arbeid.tittel, faults))])) : {};
  const missing = allLeaves.filter(leaf => !had.has(leaf.id)).map(leaf => leaf.navn);
  return { form, arbeid, faults, missing: Number(version) === data.versjon ? [] : missing };
}

// ---- CSV: tabellen i skjema.csv, med semikolon. En tekst som regneark ville tatt for en formel, får en apostrof foran.

const GUARDED = /^['=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

function toCsv(form) {
  const safe = text => GUARDED.test(text) ? `'${text}` : text;
  const cell = text => /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const flat = value => Array.isArray(value) ? value.join(", ") : String(value);
  const own = data.ord.regneark.rader;
  const rows = [data.kolonner, ["skjema", own.skjema, form.skjema, "", ""], ["versjon", own.versjon, String(form.versjon), "", ""]];
  for (const { id } of data.felt) rows.push([`avtale.${id}`, `${fieldName(id)}. ${data.ord.felt[id].hint}`, flat(form.avtale[id] ?? ""), "", ""]);
  for (const [id, given] of Object.entries(form.punkter)) rows.push([id, leafName(id), given.svar, given.henvisning, given.merknad]);
  return "\ufeff" + rows.map(row => row.map(text => cell(safe(text))).join(";") + "\r\n").join("");
}

// Radene i en CSV-tekst, med det skilletegnet som overskriftene har.
function csvRows(text) {
  const rows = [[""]], delimiter = [";", ",", "\t"].find(one => text.split(/[\r\n]/, 1)[0].split(one).length > 1);
  let quoted = false;
  for (let n = 0; n < text.length; n++) {
    const row = rows.at(-1), char = text[n];
    if (quoted) {
      if (char !== '"') row[row.length - 1] += char;
      else if (text[n + 1] === '"') { row[row.length - 1] += '"'; n++; }
      else quoted = false;
    }
    else if (char === '"' && row.at(-1) === "") quoted = true;
    else if (char === delimiter) row.push("");
    else if (char === "\n") rows.push([""]);
    else if (char !== "\r") row[row.length - 1] += char;
  }
  return quoted ? null : rows.filter(row => row.length > 1 || row[0] !== "");
}

// Gir det samme som JSON-formen ville gitt, eller en liste med feil.
function fromCsv(text) {
  const rows = csvRows(text.replace(/^\ufeff?(sep=.\r?\n)?/, ""))?.filter(row => row.some(Boolean));
  if (!rows) return { faults: [ord.ikke_lest] };
  const heads = data.kolonner.join(";");
  if (rows[0]?.join(";").replace(/;+$/, "") !== heads) return { faults: [fill(ord.overskrifter, { ventet: heads })] };
  const plain = cell => cell.startsWith("'") && GUARDED.test(cell.slice(1)) ? cell.slice(1) : cell;
  const found = { avtale: {}, punkter: {} }, faults = [], seen = new Set();
  for (const row of rows.slice(1)) {
    const [id, , svar = "", henvisning = "", merknad = ""] = row.map(plain);
    if (seen.has(id)) faults.push(fill(ord.to_ganger, { felt: short(id) }));
    seen.add(id);
    if (id === "skjema" || id === "versjon") found[id] = svar;
    else if (id.startsWith("avtale.")) found.avtale[id.slice(7)] = svar;
    else found.punkter[id] = { svar, henvisning, merknad };
  }
  return { found, faults };
}

function parseForm(text) {
  try { return { found: JSON.parse(text.replace(/^\ufeff/, "")), faults: [] }; }
  catch { return /^\ufeff?"?[^{[\s]/.test(text) ? fromCsv(text) : { faults: [ord.ikke_lest] }; }
}

// ---- Lagring i nettleseren: én nøkkel for hver avtale. Uten lagring virker siden som før, og sier fra.

const KEY = data.skjema, ACTIVE = `${KEY}/aktiv`, COPY = `${KEY}/kopi`;
// Det som ikke får plass i lageret, holdes i minnet så lenge siden er åpen. `inStore` er det denne fanen sist leste eller skrev der.
let canStore = true, active = KEY, inStore = null, conflict = false, previous = null;
const memory = new Map();
const stored = {
  raw(key) { try { return localStorage.getItem(key); } catch { canStore = false; return null; } },
  get(key) { return memory.get(key) ?? this.raw(key); },
  set(key, text) { try { localStorage.setItem(key, text); memory.delete(key); return true; } catch { memory.set(key, text); return false; } },
  remove(key) { try { localStorage.removeItem(key); } catch { canStore = false; } memory.delete(key); },
  agreements() {
    let keys = [...memory.keys()];
    try { keys = [...keys, ...Object.keys(localStorage)]; } catch { canStore = false; }
    return [...new Set(keys)].filter(key => key === KEY || key.startsWith(`${KEY}:`)).sort();
  },
};
const parsed = text => { try { return JSON.parse(text); } catch { return null; } };
const state = () => JSON.stringify({ form: rawForm(), arbeid: rawWork(), tillegg: withAdditions(), vurdert: $("vurdert").value, forrige: previous });
const nameIn = (text, n) => { const name = parsed(text)?.form?.avtale?.navn; return typeof name === "string" && name ? short(name) : fill(ord.uten_navn, { n }); };

function tellSaved() { $("lagret").textContent = canStore ? ord.lagret : ord.ikke_lagret; }

function save() {
  if (conflict) return;
  if (stored.raw(active) !== inStore) { setConflict(true); return; }
  const text = state();
  canStore = stored.set(active, text);
  if (canStore) inStore = text;
  stored.set(ACTIVE, active);
  tellSaved();
  listAgreements();
}

function setConflict(is) { conflict = is; $("konflikt").hidden = !is; }

function listAgreements() {
  const keys = stored.agreements();
  if (!keys.includes(active)) keys.push(active);
  $("avtaler").replaceChildren(...keys.map((key, n) => el("option", { value: key }, nameIn(stored.get(key), n + 1))));
  $("avtaler").value = active;
}

// Henter fram en avtale. Det som ikke kan leses eller ikke får plass, er det en kopi av til det er lastet ned.
function open(key) {
  active = key;
  setConflict(false);
  inStore = stored.raw(key);
  const kept = stored.get(key), found = parsed(kept), readable = isPlain(found) && isPlain(found.form) && isPlain(found.form.avtale);
  const left = writeForm(readable ? found.form : emptyForm(), readable && isPlain(found.arbeid) ? found.arbeid : {});
  previous = readable && isPlain(found.forrige) ? found.forrige : null;
  if ($("tillegg")) $("tillegg").checked = !readable || found.tillegg !== false;
  $("vurdert").value = readable && isDay(found.vurdert ?? "") ? found.vurdert : today();
  if (kept !== null && (!readable || left.length)) {
    stored.set(COPY, kept);
    tell(el("p", {}, readable ? ord.delvis_gjenopprettet : ord.ikke_gjenopprettet));
  }
  $("last-kopi").hidden = stored.get(COPY) === null;
  if (!canStore || readable) tellSaved();
  listAgreements();
  update();
}

const freshKey = () => { let n = 2; while (stored.get(`${KEY}:${n}`) !== null) n++; return `${KEY}:${n}`; };

// Alt slik det er nå, til å angre tilbake til.
const snapshot = () => ({ key: active, text: state() });
function undoTo(point) { before = point; $("angre").hidden = false; }

// ---- Meldinger og filer.

let before = null;

function tell(...children) { $("melding").replaceChildren(...children); $("angre").hidden = true; }

function list(texts, most = 20) {
  const shown = texts.slice(0, most).map(text => el("li", {}, text));
  if (texts.length > most) shown.push(el("li", {}, fill(ord.flere, { n: texts.length - most })));
  return el("ul", {}, ...shown);
}

function download(text, ending, type) {
  const name = clean($("avtale-navn").value).toLowerCase().replaceAll("æ", "ae").replaceAll("ø", "o").replaceAll("å", "aa")
    .replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60);
  const link = el("a", { href: URL.createObjectURL(new Blob([text], { type })), download: `${name || "sjekkliste"}.${ending}` });
  link.click();
  URL.revokeObjectURL(link.href);
}

function handOut(text, ending, type) {
  download(text, ending, type);
  const wrong = checkAll(rawForm(), true).map(id => fields.has(id) ? fieldName(id) : leafName(id));
  if (wrong.length) tell(el("p", {}, fill(ord.mangler_felt, { felt: wrong.join("; ") })));
}

const LARGEST = 2_000_000;

// Regneark lagrer ofte CSV i Windows-tegnsettet, eller som «Unicode-tekst».
function decode(bytes) {
  const [first, second] = new Uint8Array(bytes.slice(0, 2));
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  try { return new TextDecoder("utf-8", { fatal: true }).decode(bytes); }
  catch { return new TextDecoder("windows-1252").decode(bytes); }
}

// Et skjema fra en fil: { form, arbeid, missing, version }, eller ingenting når filen ikke er et skjema; da er det sagt hvorfor.
async function readFile(file) {
  const refuse = faults => { tell(el("p", {}, fill(ord.ikke_hentet, { fil: file.name })), list(faults)); };
  if (file.size > LARGEST) return refuse([ord.for_stor]);
  const { found, faults: unread } = parseForm(decode(await file.arrayBuffer()));
  if (unread.length) return refuse(unread);
  const made = checkForm(found);
  return made.faults.length ? refuse(made.faults) : { ...made, version: String(found.versjon) };
}

async function take(file) {
  const made = await readFile(file);
  if (!made) return;
  const had = data.versjoner[made.version], point = snapshot();
  writeForm(made.form, made.arbeid);
  // Et skjema uten tilleggene er et skjema der de er slått av.
  if ($("tillegg")) $("tillegg").checked = had.filter(id => points.get(id)?.tillegg).length === 0 || had.some(id => points.get(id)?.tillegg && made.form.punkter[id]);
  changed();
  tell(el("p", {}, fill(made.missing.length ? ord.hentet_versjon : ord.hentet, { fil: file.name, versjon: made.version })),
    made.missing.length ? list(made.missing, 50) : "");
  undoTo(point);
}

async function compareWith(file) {
  const made = await readFile(file);
  if (!made) return;
  previous = Object.fromEntries(Object.entries(made.form.punkter).map(([id, { svar }]) => [id, svar]));
  changed();
  tell(el("p", {}, fill(ord.sammenliknet, { fil: file.name })));
}

// ---- Feil ved feltet, mens det skrives. Ingenting kuttes.

const say = (id, told) => $(`${id}-svar`).replaceChildren(...told.map(({ text, wrong }) => el("p", wrong ? { class: "feil" } : {}, text)));
const wrong = text => ({ text, wrong: true });

function mark(input, told) {
  const bad = told.some(one => one.wrong);
  if (bad) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
  say(input.id, told);
  return bad;
}

function aboutLength(text, most) {
  if (text.length > most) return [wrong(fill(ord.for_langt, { tegn: text.length, maks: most }))];
  return text.length > most * 0.8 ? [{ text: fill(ord.tegn, { tegn: text.length, maks: most }) }] : [];
}

function aboutDate(text, signed = "", order = "") {
  const iso = readDate(text);
  if (!text) return [];
  if (!iso) return [wrong(fill(ord.ikke_dato, { verdi: short(text) }))];
  if (iso < "1978-01-01" || iso > "2100-12-31") return [wrong(ord.utenfor_aar)];
  return order && signed && iso < signed ? [wrong(order)] : [];
}

// Navnet på en kommune da avtalen ble underskrevet, og hva den er nå. Et nytt nummer er den samme kommunen.
function aboutMunicipality(nr, year, now) {
  const later = successors(nr, now), merged = (one, from) => data.endringer.some(([when, before, after, another]) =>
    before === one && from < when && when <= now && (another || merged(after, when)));
  const is = joined(later.map(one => named(one, now)));
  if (later.length === 1 && later[0] === nr && named(nr, now) === named(nr, year)) return named(nr, year);
  if (!merged(nr, year)) return `${named(nr, year)} (${fill(ord.er_naa, { naa: is })})`;
  return fill(ord.senere, { nr, navn: inYear(nr, year)[1], til: data.kommuner.filter(([one]) => one === nr).at(-1)[3], naa: is });
}

function aboutParties(text, year, now) {
  const found = placesIn(text).map(one => municipality(one, year)), numbers = found.map(one => one.nr).filter(Boolean);
  const told = found.map(one => one.nr ? { text: aboutMunicipality(one.nr, year, now) } : wrong(one.fault));
  for (const nr of new Set(numbers.filter((one, n) => numbers.indexOf(one) !== n))) told.push(wrong(fill(ord.to_like, { nr: named(nr, year) })));
  if (found.length === 1) told.push(wrong(ord.for_faa));
  return { told, numbers: [...new Set(numbers)] };
}

function aboutField(field, raw, year, now) {
  const value = raw[field.id], signed = readDate(raw.signert);
  switch (field.slag) {
    case "dato": return aboutDate(value, signed, { sist_evaluert: ord.evaluert_foer, varer_til: ord.slutt_foer }[field.id]);
    case "tall": { const [fra, til] = field.grenser, number = readNumber(value, field.id);
      return !value || (number !== null && fra <= number && number <= til) ? [] : [wrong(fill(ord.ikke_tall, { verdi: short(value), fra, til, enhet: data.ord.felt[field.id].enhet }))]; }
    case "kommuner": return [...aboutParties(value, year, now).told, ...aboutLength(value, field.maks)];
    case "kommune": { if (!value) return [];
      const one = municipality(value, year), { numbers } = aboutParties(raw.parter, year, now);
      return one.nr && numbers.includes(one.nr) ? [] : [wrong(one.nr ? ord.ikke_part : one.fault)]; }
    case "tekst": return aboutLength(value, field.maks);
  }
  return [];
}

// Ser på alle feltene; gir id-ene til dem som må rettes. `ask`, om det som må fylles ut, også skal sies.
function checkAll(form, ask = false) {
  const raw = form.avtale, year = signedYear(raw), now = Number(($("vurdert").value || today()).slice(0, 4)), bad = [];
  offerHosts(raw, year, now);
  for (const field of data.felt) {
    const inputs = inputsOf(`avtale.${field.id}`), empty = !raw[field.id].length;
    const told = aboutField(field, raw, year, now);
    if (ask && empty && field.paakrevd) told.push(wrong(ord.maa_fylles));
    if (field.slag === "valg") say(`avtale-${field.id}`, told);
    if (field.slag === "valg" ? told.some(one => one.wrong) : mark(inputs[0], told)) bad.push(field.id);
  }
  for (const { id } of allLeaves) {
    const given = form.punkter[id], reason = given.svar === "ikke_relevant" && !given.merknad ? [{ text: ord.skriv_grunn }] : [];
    const long = mark($(`${id}-henvisning`), aboutLength(given.henvisning, data.maks.henvisning));
    if (mark($(`${id}-merknad`), [...aboutLength(given.merknad, data.maks.merknad), ...reason]) || long) bad.push(id);
    mark($(`${id}-frist`), aboutDate(oneLine($(`${id}-frist`).value).trim()));
  }
  mark($("ikraft"), aboutDate(oneLine($("ikraft").value).trim()));
  return bad;
}

// Vertskommunen velges blant partene, og vedtakene står for hver part.
function offerHosts(raw, year, now) {
  const host = inputsOf("avtale.vertskommune")[0], { numbers } = aboutParties(raw.parter, year, now), chosen = host.value;
  const wanted = ["", ...numbers];
  if ([...host.options].map(option => option.value).join() !== wanted.join()) {
    const first = host.options[0];
    host.replaceChildren(first, ...numbers.map(nr => el("option", { value: nr }, named(nr, year))));
    const same = chosen && municipality(chosen, year).nr;
    if (chosen && !numbers.includes(same ?? chosen)) ensureOption(host, chosen, chosen);
    host.value = numbers.includes(same) ? same : chosen;
    raw.vertskommune = host.value;
  }
  showDecisions(numbers, year);
  const offered = data.kommuner.filter(([, , from, to]) => (from || year) <= year && year <= (to || year));
  if ($("kommuner").dataset.aar !== String(year)) {
    $("kommuner").dataset.aar = year;
    $("kommuner").replaceChildren(...offered.map(([nr, navn]) => el("option", { value: `${navn} (${nr})` })));
  }
}

function showDecisions(numbers, year = Number(today().slice(0, 4))) {
  const kept = Object.fromEntries(all("#vedtak input").map(input => [input.name.slice(14), input.value]));
  const wanted = [...new Set([...numbers, ...Object.keys(kept).filter(nr => kept[nr])])];
  if (wanted.join() === Object.keys(kept).join()) return;
  $("vedtak").replaceChildren(...wanted.map(nr => el("div", { class: "felt" },
    el("label", { for: `vedtak-${nr}` }, fill(ord.vedtak, { navn: named(nr, year) })), el("p", { class: "hint", id: `vedtak-${nr}-hint` }, ord.vedtak_hint),
    el("input", { type: "text", id: `vedtak-${nr}`, name: `arbeid.vedtak.${nr}`, autocomplete: "off", "aria-describedby": `vedtak-${nr}-hint` }))));
  for (const input of all("#vedtak input")) input.value = kept[input.name.slice(14)] ?? "";
}

function addMunicipality() {
  const input = $("finn"), wanted = input.value.trim().toLowerCase();
  const found = all("option", $("kommuner")).map(option => option.value)
    .filter(value => value.toLowerCase() === wanted || value.toLowerCase().replace(/ \(\d{4}\)$/, "") === wanted || value.endsWith(`(${wanted})`));
  if (found.length !== 1) return tell(el("p", {}, ord.ikke_funnet));
  const parties = inputsOf("avtale.parter")[0];
  parties.value = [parties.value.trim().replace(/[,;]\s*$/, ""), found[0].slice(-5, -1)].filter(Boolean).join(", ");
  input.value = "";
  changed();
  tell(el("p", {}, fill(ord.lagt_til, { navn: found[0] })));
}

// ---- Det som vises: hvilke punkter som gjelder, fremdriften og rapporten.

const withAdditions = () => !$("tillegg") || $("tillegg").checked;

// Listen uten tilleggene når de er slått av; en overskrift uten noe under seg går ut med dem.
function chosenList(some = data.liste) {
  if (withAdditions()) return some;
  return some.filter(point => !point.tillegg)
    .map(point => ({ ...point, underpunkter: chosenList(point.underpunkter) }))
    .filter(point => !points.get(point.id).underpunkter.length || point.underpunkter.length);
}

function showPoints(list, basis, answers) {
  const asked = new Set(list.flatMap(leavesOf).filter(leaf => isAsked(leaf, basis)).map(leaf => leaf.id));
  const chosen = new Set(everyPoint(list).map(point => point.id));
  for (const box of all("[data-punkt]")) {
    const point = points.get(box.dataset.punkt), gap = box.querySelector(":scope > .svar > .tiltak");
    if (gap) gap.hidden = !["mangler", "delvis"].includes(answers[point.id]);
    const top = data.liste.includes(point), open = leavesOf(point).some(leaf => asked.has(leaf.id));
    box.hidden = !chosen.has(point.id) || !(open || top);
    if (!top) continue;
    const left = leavesOf(point).filter(leaf => chosen.has(leaf.id) && !asked.has(leaf.id));
    const note = box.querySelector(".gjelder-ikke");
    note.hidden = !left.length;
    note.textContent = left.length ? fill(ord.gjelder_ikke, { punkter: left.map(leaf => leaf.navn).join("; ") }) : "";
    const mine = leavesOf(point).filter(leaf => asked.has(leaf.id));
    const done = mine.filter(leaf => answers[leaf.id] !== "ubesvart").length;
    const bar = box.querySelector("progress");
    bar.max = mine.length || 1;
    bar.value = done;
    bar.nextElementSibling.textContent = mine.length ? fill(ord.fremdrift, { svart: done, alle: mine.length }) : ord.ingen;
    const entry = document.querySelector(`.innhold [data-del="${point.id}"]`);
    entry.hidden = box.hidden;
    (entry.querySelector(".antall") ?? entry.firstElementChild.appendChild(el("span", { class: "antall" }))).textContent =
      mine.length ? ` ${fill(ord.fremdrift_kort, { svart: done, alle: mine.length })}` : "";
  }
  const done = [...asked].filter(id => answers[id] !== "ubesvart").length;
  $("fremdrift").max = asked.size || 1;
  $("fremdrift").value = done;
  $("bunn-antall").textContent = fill(ord.fremdrift_kort, { svart: done, alle: asked.size });
  const text = fill(ord.fremdrift, { svart: done, alle: asked.size });
  if ($("fremdrift-tekst").textContent !== text) $("fremdrift-tekst").textContent = text;
}

const linkTo = id => el("a", { href: `#punkt-${id}` }, leafName(id));

function figure(counts) {
  const box = el("div", { class: "fordeling", "aria-hidden": "true" });
  for (const kind of ["dekket", "delvis", "mangler", "ubesvart"]) if (counts[kind]) {
    const part = el("span", { class: kind });
    part.style.flex = String(counts[kind]);
    box.append(part);
  }
  return box;
}

function coverage(list, result) {
  const heads = ["punkt", "status", "figur", "dekket", "delvis", "mangler", "ubesvart", "ikke_relevant"];
  const rows = list.map(top => {
    const counts = result.punkter[top.id];
    return el("tr", {}, el("th", { scope: "row" }, `${top.nummer} ${top.tittel}`), el("td", {}, data.ord.svar[counts.status]),
      el("td", {}, figure(counts)), ...heads.slice(3).map(kind => el("td", {}, String(counts[kind]))));
  });
  const key = ["dekket", "delvis", "mangler", "ubesvart"].map(kind => el("li", {}, figure({ [kind]: 1 }), data.ord.svar[kind]));
  return [el("h3", { id: "rapport-dekning" }, ord.tabell), el("ul", { class: "nokkel" }, ...key),
    el("div", { class: "rulle", role: "region", "aria-labelledby": "rapport-dekning", tabindex: "0" },
      el("table", {}, el("caption", { class: "skjult" }, ord.tabell),
        el("thead", {}, el("tr", {}, ...heads.map(name => el("th", { scope: "col" }, ord.kolonner[name])))), el("tbody", {}, ...rows)))];
}

function steps(agreement, result, day) {
  const grave = result.mangler.filter(id => points.get(id).vekt === 3), rest = result.mangler.filter(id => points.get(id).vekt < 3);
  const told = ids => joined(ids.map(id => points.get(id).nummer));
  const rules = new Map(data.regler.map(rule => [rule.id, rule]));
  const found = [...new Set(result.funn.map(one => rules.get(one.regel).tiltak))];
  if (grave.length) found.push(fill(ord.steg.avgjoerende, { punkter: told(grave) }));
  if (rest.length) found.push(fill(ord.steg.oevrige, { punkter: told(rest) }));
  if (result.delvis.length) found.push(fill(ord.steg.delvis, { punkter: told(result.delvis) }));
  if (result.ubesvart.length) found.push(result.ubesvart.length === 1 ? ord.steg.ubesvart_ett : fill(ord.steg.ubesvart, { n: result.ubesvart.length }));
  const due = evaluationDue(agreement);
  if (due >= day && isDay(due)) found.push(fill(ord.steg.frist, { dato: longDate(due) }));
  return found.length ? found : [ord.steg.ferdig];
}

const items = (tag, texts, kind = "") => el(tag, kind ? { class: kind } : {}, ...texts.map(text => el("li", {}, ...[].concat(text))));

// Hvem som gjør et punkt ferdig, og når.
function owned(id) {
  const work = rawWork(), told = [fill(ord.eier, { eier: work[`${id}-eier`] || ord.ingen_eier })];
  if (work[`${id}-frist`]) told.push(fill(ord.frist_er, { frist: readDate(work[`${id}-frist`]) ? longDate(readDate(work[`${id}-frist`])) : work[`${id}-frist`] }));
  return told.join(". ");
}

function findings(found) {
  const rules = new Map(data.regler.map(rule => [rule.id, rule]));
  return items("ul", found.map(({ regel, punkt }) => { const rule = rules.get(regel);
    return [el("strong", {}, `${rule.tittel}.`), ` ${rule.tekst} ${rule.tiltak}`, points.has(punkt) ? el("span", {}, " (", linkTo(punkt), ")") : ""]; }), "funn");
}

function report(agreement, list, result, day, answers) {
  const sum = kind => Object.values(result.punkter).reduce((total, counts) => total + counts[kind], 0);
  const n = Object.fromEntries(["dekket", "delvis", "mangler", "ubesvart"].map(kind => [kind, sum(kind)]));
  const shown = [el("p", {}, fill(ord.samlet, { ...n, gjelder: n.dekket + n.delvis + n.mangler + n.ubesvart }))];
  const part = (title, ...children) => shown.push(el("h3", {}, title), ...children);
  part(ord.funn, result.funn.length ? findings(result.funn) : el("p", {}, ord.ingen_funn));
  const law = Object.hasOwn(data.lover, agreement.lovgrunnlag) ? data.lover[agreement.lovgrunnlag] : null;
  if (result.kontroller.length || law?.kontroller) part(ord.kontroller, findings(result.kontroller), el("p", {}, law?.kontroller ?? ""));
  shown.push(...coverage(list, result));
  part(ord.mangler, ...(result.mangler.length ? [el("p", {}, ord.mangler_hjelp), items("ol", result.mangler.map(id =>
    [linkTo(id), ` (${fill(ord.vekt, { vekt: data.ord.vekt[points.get(id).vekt] })}). ${points.get(id).hvorfor} ${owned(id)}.`]), "mangler")] : [el("p", {}, ord.ingen_mangler)]));
  if (result.delvis.length) part(ord.delvis, items("ul", result.delvis.map(id => [linkTo(id), `. ${owned(id)}.`])));
  if (result.ubesvart.length) part(ord.ubesvart, items("ul", result.ubesvart.map(linkTo)));
  if (result.fritatt.length) part(ord.fritatt, el("p", {}, ord.fritatt_hjelp), items("ul", result.fritatt.map(linkTo)));
  const since = isDay(agreement.signert) ? data.lovendringer.filter(({ fra }) => agreement.signert < fra && fra <= day) : [];
  if (since.length) part(ord.lovendringer, items("ul", since.map(({ fra, tekst, lov }) => fill(ord.lovendring, { dato: longDate(fra), tekst, lov }))));
  if (previous) {
    const moved = allLeaves.filter(({ id }) => Object.hasOwn(previous, id) && (previous[id] || "ubesvart") !== answers[id]);
    part(ord.endret, moved.length ? items("ul", moved.map(({ id, navn }) => fill(ord.fra_til,
      { punkt: navn, fra: data.ord.svar[previous[id] || "ubesvart"] ?? "", til: data.ord.svar[answers[id]] }))) : el("p", {}, ord.ingen_endret));
  }
  part(ord.neste, items("ol", steps(agreement, result, day), "neste"));
  $("rapport-innhold").replaceChildren(...shown);
}

// ---- På papir: rapporten med alt som er svart, utkast til avtale, eller et saksframlegg.

const clauseOf = (leaf, basis) => (leaf.klausuler.find(([codes]) => codes.includes(basis)) ?? [])[1] ?? leaf.klausul;
const nameOf = (nr, year) => inYear(nr, year)?.[1] ?? nr;
const partyNames = (agreement, called = nameOf) => agreement.parter.map(nr => called(nr, signedYear(agreement)));

function shownValue(field, value, year) {
  if (field.slag === "kommune") return value && named(value, year);
  if (field.slag === "valg") return value.map(code => data.ord.maalgrupper[code]).join(", ");
  if (field.slag === "lovgrunnlag") return data.lover[value]?.navn ?? "";
  if (field.slag === "dato") return isDay(value) ? longDate(value) : value;
  return Array.isArray(value) ? value.join(", ") : String(value);
}

function answersOnPaper(form, list) {
  const told = ord.utskrift, facts = data.felt.map(field => [el("dt", {}, fieldName(field.id)),
    el("dd", {}, shownValue(field, field.id === "parter" ? partyNames(form.avtale, named) : form.avtale[field.id], signedYear(form.avtale)) || told.tomt)]).flat();
  const rows = list.flatMap(leavesOf).filter(leaf => isAsked(leaf, form.avtale.lovgrunnlag)).map(({ id, navn }) => { const given = form.punkter[id];
    return el("tr", {}, el("th", { scope: "row" }, navn), el("td", {}, `${told.svar}: ${data.ord.svar[given.svar || "ubesvart"]}. `
      + (given.henvisning ? `${told.henvisning}: ${given.henvisning}. ` : "") + (given.merknad ? `${told.merknad}: ${given.merknad}` : ""))); });
  return [el("h2", {}, fieldName("navn") && form.avtale.navn || ord.utskrift.tomt), el("dl", { class: "fakta" }, ...facts), el("table", {}, el("tbody", {}, ...rows))];
}

// `told` er ordene, `work` det som er bestemt, `basis` lovgrunnlaget.
function draft(form, list) {
  const told = ord.papir, work = rawWork(), basis = form.avtale.lovgrunnlag, day = text => readDate(text) ? longDate(readDate(text)) : text;
  const made = [el("h1", {}, told.avtale), el("p", {}, fill(told.parter, { parter: joined(partyNames(form.avtale)) }))];
  if (work.status) made.push(el("p", {}, fill(told.status, { status: data.ord.arbeid.statuser[work.status] ?? work.status })));
  if (work.ikraft) made.push(el("p", {}, fill(told.ikraft, { dato: day(work.ikraft) })));
  if (work.erstatter) made.push(el("p", {}, fill(told.erstatter, { hva: work.erstatter })));
  made.push(el("p", {}, told.raad_utkast));
  for (const top of list) {
    const leaves = leavesOf(top).filter(leaf => isAsked(leaf, basis) && (form.punkter[leaf.id].svar !== "ikke_relevant"));
    if (!leaves.length) continue;
    made.push(el("h2", {}, `${top.nummer} ${top.tittel}`));
    for (const leaf of leaves) { const { svar, henvisning } = form.punkter[leaf.id];
      if (leaf !== top) made.push(el("h3", {}, leaf.navn));
      if (svar === "dekket" && henvisning) made.push(el("p", {}, fill(told.finnes, { hvor: henvisning })));
      made.push(el("p", {}, clauseOf(leaf, basis))); }
  }
  if (work.vedlegg) made.push(el("p", {}, fill(told.vedlegg, { hva: work.vedlegg })));
  return [...made, ...partyNames(form.avtale).map(navn => el("p", { class: "signatur" }, fill(told.signatur, { navn })))];
}

// To sider: det som ikke får plass, står i rapporten.
const atMost = (texts, most) => texts.length > most ? [...texts.slice(0, most), fill(ord.papir.flere, { n: texts.length - most })] : texts;

function councilPaper(form, result) {
  const told = ord.papir, rules = new Map(data.regler.map(rule => [rule.id, rule])), work = rawWork();
  const shown = atMost([...result.mangler, ...result.delvis].map(id => `${leafName(id)}. ${owned(id)}.`), 13);
  const found = atMost(result.funn.map(one => `${rules.get(one.regel).tittel}. ${rules.get(one.regel).tiltak}`), 7);
  const decided = Object.entries(work).filter(([key]) => key.startsWith("vedtak.")).map(([key, vedtak]) => fill(told.vedtak, { navn: nameOf(key.slice(7), signedYear(form.avtale)), vedtak }));
  const sums = $("rapport-innhold").querySelector("p").textContent;
  return [el("h1", {}, told.sak), el("p", {}, el("b", {}, form.avtale.navn)), el("p", {}, fill(told.parter, { parter: joined(partyNames(form.avtale)) })), el("p", {}, sums),
    el("h2", {}, told.funn), found.length ? items("ul", found) : el("p", {}, ord.ingen_funn),
    el("h2", {}, told.mangler), shown.length ? items("ul", shown) : el("p", {}, ord.ingen_mangler),
    ...(decided.length ? [el("h2", {}, told.vedtakene), el("p", {}, decided.join("; "))] : []),
    el("h2", {}, told.foreslaas), items("ol", told.forslag), el("p", {}, told.raad)];
}

let last = null;

function toPaper(kind) {
  const { form, list, result } = last;
  document.body.dataset.trykk = kind;
  $("papir").replaceChildren(...{ rapport: () => answersOnPaper(form, list), avtale: () => draft(form, list), sak: () => councilPaper(form, result) }[kind]());
}

function print(kind) {
  toPaper(kind);
  window.print();
  toPaper("rapport");
}

function update() {
  const raw = rawForm();
  checkAll(raw);
  const form = { ...raw, avtale: valuesOf(raw.avtale) }, day = isDay($("vurdert").value) ? $("vurdert").value : today();
  const good = Object.fromEntries(data.felt.map(({ id, slag }) => [id, slag === "dato" && !isDay(form.avtale[id]) || slag === "tall" && typeof form.avtale[id] !== "number" ? "" : form.avtale[id]]));
  const agreement = { ...good, maalgrupper: form.avtale.maalgrupper.join(",") };
  const answers = Object.fromEntries(Object.entries(form.punkter).map(([id, given]) => [id, given.svar || "ubesvart"]));
  const list = chosenList(), result = vurder(agreement, answers, list, data.lover, data.regler, day);
  showPoints(list, agreement.lovgrunnlag, answers);
  for (const leaf of allLeaves) $(`${leaf.id}-klausul`).textContent = clauseOf(leaf, agreement.lovgrunnlag);
  report(agreement, list, result, day, answers);
  last = { form, list, result };
  toPaper("rapport");
}

function changed() { save(); update(); }

// ---- Punkt for punkt, nederst på en smal skjerm.

let here = -1;

function step(by) {
  const boxes = all(".blad").filter(box => box.checkVisibility());
  here = Math.min(Math.max(here + by, 0), boxes.length - 1);
  boxes[here].scrollIntoView();
  boxes[here].querySelector("input:checked").focus({ preventScroll: true });
}

document.addEventListener("focusin", event => {
  const box = event.target.closest(".blad");
  if (box) here = all(".blad").filter(one => one.checkVisibility()).indexOf(box);
});

// ---- Sett siden i gang.

for (const part of all("[data-skript]")) part.hidden = false;
const latest = stored.get(ACTIVE);
open(stored.agreements().includes(latest) ? latest : stored.agreements()[0] ?? KEY);
document.addEventListener("input", event => {
  if (!event.target.name) return;
  save();
  if (!["radio", "checkbox"].includes(event.target.type)) checkAll(rawForm());
});
document.addEventListener("change", event => { if (event.target.name || event.target.id === "tillegg" || event.target.id === "vurdert") changed(); });
document.addEventListener("click", async event => {
  const id = event.target.closest("[data-kopier]")?.dataset.kopier;
  if (!id) return;
  let told = ord.kopiert;
  try { await navigator.clipboard.writeText($(`${id}-klausul`).textContent); }
  catch { getSelection().selectAllChildren($(`${id}-klausul`)); told = ord.ikke_kopiert; }
  $(`${id}-kopiert`).textContent = told;
});
window.addEventListener("storage", event => { if (event.key === active && event.newValue !== inStore) setConflict(true); else listAgreements(); });
const press = (id, act) => $(id).addEventListener("click", act);
press("legg-til", addMunicipality);
$("finn").addEventListener("keydown", event => { if (event.key === "Enter") { event.preventDefault(); addMunicipality(); } });
press("last-json", () => handOut(JSON.stringify(ownForm(), null, 1) + "\n", "json", "application/json"));
press("last-csv", () => handOut(toCsv(ownForm()), "csv", "text/csv"));
press("last-kopi", () => { download(stored.get(COPY), "kopi.txt", "text/plain"); stored.remove(COPY); $("last-kopi").hidden = true; });
press("skriv-ut", () => print("rapport"));
press("skriv-avtale", () => print("avtale"));
press("skriv-sak", () => print("sak"));
press("forrige-punkt", () => step(-1));
press("neste-punkt", () => step(1));
for (const [id, act] of [["hent", take], ["forrige", compareWith]]) $(id).addEventListener("change", async event => {
  const [file] = event.target.files;
  if (file) await act(file);
  event.target.value = "";
});
$("avtaler").addEventListener("change", event => { stored.set(ACTIVE, event.target.value); open(event.target.value); });
press("ny-avtale", () => { open(freshKey()); save(); tell(el("p", {}, ord.ny)); $("avtale-navn").focus(); });
press("hent-lagret", () => { const point = snapshot(); memory.delete(active); open(active); undoTo(point); $("avtaler").focus(); });
press("behold-mitt", () => { active = freshKey(); inStore = null; setConflict(false); changed(); $("avtaler").focus(); });
press("angre", () => {
  stored.set(before.key, before.text);
  open(before.key);
  tell(el("p", {}, ord.angret));
  $("hent").focus();
});
press("slett", () => $("sikker").showModal());
press("avbryt", () => $("sikker").close());
press("ja-slett", () => {
  $("sikker").close();
  const point = snapshot();
  stored.remove(active);
  const left = stored.agreements();
  for (const key of left.length ? [] : [ACTIVE, COPY]) stored.remove(key);
  open(left[0] ?? KEY);
  tell(el("p", {}, ord.slettet));
  undoTo(point);
  if (!left.length) $("lagret").textContent = "";
});
})();
