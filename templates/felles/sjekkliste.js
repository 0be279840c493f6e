// Siden med sjekklisten: det som skrives inn, lagres i nettleseren, telles og vurderes her. Ingenting sendes.
// Tekst fra skjemaer settes bare inn som tekst, aldri som HTML.
(() => {
"use strict";

// ---- Vurderingen. Rene funksjoner, de samme som i krisestat/avtaler/dekning.py og vurdering.py.

const leavesOf = point => point.underpunkter.length ? point.underpunkter.flatMap(leavesOf) : [point];
const everyPoint = points => points.flatMap(point => [point, ...everyPoint(point.underpunkter)]);
const isAsked = (leaf, basis) => !leaf.lovgrunnlag.length || !basis || leaf.lovgrunnlag.includes(basis);
const leafAnswers = (point, answers, basis) => leavesOf(point).map(leaf =>
  isAsked(leaf, basis) ? (Object.hasOwn(answers, leaf.id) && answers[leaf.id]) || "ubesvart" : "ikke_relevant");
// Et punkt fra kilden blir ikke mindre dekket av at et tillegg under det mangler.
const ownAnswers = (point, answers, basis) =>
  leafAnswers(point, answers, basis).filter((_, n) => leavesOf(point)[n].tillegg === point.tillegg);

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

function ruleHolds(rule, agreement, law, status, day) {
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
  return rule.naar.every(([point, allowed]) => allowed.includes(status(point)))
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
  const result = { punkter: {}, mangler: [], delvis: [], ubesvart: [] };
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
  const status = id => points.has(id) ? statusOf(ownAnswers(points.get(id), answers, basis)) : "";
  const law = Object.hasOwn(laws, basis) ? laws[basis] : null;
  const holding = rules.filter(rule => ruleHolds(rule, agreement, law, status, day))
    .sort((a, b) => b.vekt - a.vekt).map(({ id, punkt, vekt }) => ({ regel: id, punkt, vekt }));
  result.funn = holding.filter(one => one.vekt);
  result.kontroller = holding.filter(one => !one.vekt);
  return result;
}

const data = JSON.parse(document.getElementById("data").textContent);
window.krisestat = Object.freeze({ vurder, data });

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
// Styretegn, tegn som snur skriveretningen, og tegn uten bredde hører ikke hjemme i et skjema.
const HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const clean = text => String(text).replace(/\r\n?/g, "\n").replace(HIDDEN, "");
const oneLine = text => clean(text).replace(/\n/g, " ");
const MONTHS = "januar februar mars april mai juni juli august september oktober november desember".split(" ");
const longDate = iso => { const [y, m, d] = iso.split("-"); return `${Number(d)}. ${MONTHS[Number(m) - 1]} ${y}`; };
const today = () => { const now = new Date(); return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10); };

// ---- Skjemaet: fra siden til data og tilbake.

const named = name => all(`[name="${name}"]`);

function readField(field) {
  const inputs = named(`avtale.${field.id}`);
  if (field.slag === "valg") return inputs.filter(input => input.checked).map(input => input.value);
  const value = oneLine(inputs[0].value).trim();
  if (field.slag === "kommuner") return value.split(/[,;]/).map(part => part.trim()).filter(Boolean);
  return field.slag === "tall" && /^\d+$/.test(value) ? Number(value) : value;
}

// Formen som lastes ned og hentes inn: se workflow/schemas/avtaleskjema.schema.json.
function readForm() {
  const avtale = Object.fromEntries(data.felt.map(field => [field.id, readField(field)]));
  const punkter = {};
  for (const { id } of allLeaves) {
    const svar = named(`${id}.svar`).find(input => input.checked).value;
    punkter[id] = { svar: svar === "ubesvart" ? "" : svar,
      henvisning: oneLine($(`${id}-henvisning`).value).trim(), merknad: clean($(`${id}-merknad`).value).trim() };
  }
  return { skjema: data.skjema, versjon: data.versjon, avtale, punkter };
}

// Skjemaet slik det lastes ned: uten tilleggene når de er slått av.
function ownForm() {
  const form = readForm(), kept = new Set(chosenList().flatMap(leavesOf).map(leaf => leaf.id));
  return { ...form, punkter: Object.fromEntries(Object.entries(form.punkter).filter(([id]) => kept.has(id))) };
}

function writeForm(form) {
  for (const field of data.felt) {
    const value = form.avtale[field.id] ?? "", inputs = named(`avtale.${field.id}`);
    if (field.slag === "valg") for (const input of inputs) input.checked = value.includes(input.value);
    else inputs[0].value = Array.isArray(value) ? value.join(", ") : String(value);
  }
  for (const { id } of allLeaves) {
    const given = form.punkter[id] ?? {};
    for (const input of named(`${id}.svar`)) input.checked = input.value === (given.svar || "ubesvart");
    $(`${id}-henvisning`).value = given.henvisning ?? "";
    $(`${id}-merknad`).value = given.merknad ?? "";
  }
}

const emptyForm = () => ({ skjema: data.skjema, versjon: data.versjon, avtale: {}, punkter: {} });

// ---- Det som kommer utenfra, holdes mot formen. Enten er alt i orden, eller så brukes ingenting av det.

const isPlain = value => typeof value === "object" && value !== null && !Array.isArray(value);
const isDay = text => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
const fieldName = id => data.ord.felt[id].navn;
const leafName = id => points.get(id)?.navn ?? data.utgaatt[id] ?? id;
const short = value => { const text = oneLine(typeof value === "string" ? value : JSON.stringify(value) ?? "").slice(0, 61);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text; };

function checkText(value, most, name, faults) {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string" && typeof value !== "number") {
    faults.push(fill(ord.ukjent_verdi, { verdi: short(value), felt: name }));
    return "";
  }
  const text = clean(value).trim();
  if (text.length > most) faults.push(fill(ord.for_lang, { felt: name, tegn: text.length, maks: most }));
  return text;
}

function checkField(field, value, faults) {
  const name = fieldName(field.id), wrong = part => faults.push(fill(ord.ukjent_verdi, { verdi: short(part), felt: name }));
  if (field.slag === "valg" || field.slag === "kommuner") {
    const parts = (Array.isArray(value) ? value : String(value ?? "").split(/[,;]/)).map(part => short(part).trim()).filter(Boolean);
    if (isPlain(value) || parts.join(", ").length > field.maks) wrong(value);
    if (field.slag === "valg") parts.filter(part => !data.maalgrupper.includes(part)).forEach(wrong);
    return parts;
  }
  const given = checkText(value, field.maks, name, faults);
  const text = field.slag === "dato" ? given.replace(/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, (_, d, m, y) => `${y}-${m.padStart(2, "0")}-${d.padStart(2, "0")}`) : given;
  if (!text) return "";
  const right = { lovgrunnlag: () => Object.hasOwn(data.lover, text), dato: () => isDay(text), tall: () => /^\d+$/.test(text) }[field.slag];
  if (right && !right()) { wrong(text); return ""; }
  return field.slag === "tall" ? Number(text) : oneLine(text);
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
    const svar = checkText(given.svar, 20, leafName(id), faults);
    if (svar && !data.valg.includes(svar)) faults.push(fill(ord.ukjent_verdi, { verdi: short(svar), felt: leafName(id) }));
    for (const part of Object.keys(given))
      if (!data.deler.includes(part)) faults.push(fill(ord.ukjent_felt, { felt: short(`${id}.${part}`) }));
    const told = part => `${leafName(id)}: ${data.ord.del[part]}`;
    form.punkter[id] = { svar: svar === "ubesvart" ? "" : svar,
      henvisning: oneLine(checkText(given.henvisning, data.maks.henvisning, told("henvisning"), faults)),
      merknad: checkText(given.merknad, data.maks.merknad, told("merknad"), faults) };
    if (!points.has(id) && Object.values(form.punkter[id]).some(Boolean))
      faults.push(fill(ord.ukjent_punkt, { punkt: leafName(id), versjon: data.versjon }));
  }
  const missing = allLeaves.filter(leaf => !had.has(leaf.id)).map(leaf => leaf.navn);
  return { form, faults, missing: Number(version) === data.versjon ? [] : missing };
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
  const rows = csvRows(text.replace(/^\ufeff/, ""));
  if (!rows) return { faults: [ord.ikke_lest] };
  const heads = data.kolonner.join(";");
  if (rows[0]?.join(";") !== heads) return { faults: [fill(ord.overskrifter, { ventet: heads })] };
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

// ---- Lagring i nettleseren. Uten den virker siden som før, og sier fra.

const KEY = data.skjema;
let canStore = true;

function save() {
  try { localStorage.setItem(KEY, JSON.stringify({ form: readForm(), tillegg: withAdditions(), vurdert: $("vurdert").value })); canStore = true; }
  catch { canStore = false; }
  $("lagret").textContent = canStore ? ord.lagret : ord.ikke_lagret;
}

function restore() {
  let stored = null;
  try { stored = JSON.parse(localStorage.getItem(KEY)); }
  catch { canStore = false; }
  if (!isPlain(stored)) return;
  const { form, faults } = checkForm(stored.form);
  if (faults.length) { tell(el("p", {}, ord.ikke_gjenopprettet)); return; }
  writeForm(form);
  if ($("tillegg")) $("tillegg").checked = stored.tillegg !== false;
  if (isDay(stored.vurdert ?? "")) $("vurdert").value = stored.vurdert;
  $("lagret").textContent = ord.lagret;
}

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

const LARGEST = 2_000_000;

// Regneark lagrer ofte CSV i Windows-tegnsettet.
function decode(bytes) {
  try { return new TextDecoder("utf-8", { fatal: true }).decode(bytes); }
  catch { return new TextDecoder("windows-1252").decode(bytes); }
}

async function take(file) {
  const refuse = faults => tell(el("p", {}, fill(ord.ikke_hentet, { fil: file.name })), list(faults));
  if (file.size > LARGEST) return refuse([ord.for_stor]);
  const parsed = parseForm(decode(await file.arrayBuffer()));
  if (parsed.faults.length) return refuse(parsed.faults);
  const { form, faults, missing } = checkForm(parsed.found);
  if (faults.length) return refuse(faults);
  const version = String(parsed.found.versjon), had = data.versjoner[version];
  before = { form: readForm(), additions: withAdditions() };
  writeForm(form);
  // Et skjema uten tilleggene er et skjema der de er slått av.
  if ($("tillegg")) $("tillegg").checked = had.filter(id => points.get(id)?.tillegg).length === 0 || had.some(id => points.get(id)?.tillegg && form.punkter[id]);
  changed();
  tell(el("p", {}, fill(missing.length ? ord.hentet_versjon : ord.hentet, { fil: file.name, versjon: version })),
    missing.length ? list(missing, 50) : "");
  $("angre").hidden = false;
}

// ---- Kommunene: navnene på numrene som er skrevet inn, og hva som ble av dem som ikke finnes lenger.

const inYear = (nr, year) => data.kommuner.find(([number, , from, to]) => number === nr && (from || year) <= year && year <= (to || year));

function successors(nr, year) {
  if (inYear(nr, year)) return [nr];
  const after = new Set(data.endringer.filter(([when, from]) => from === nr && when <= year).map(([, , to]) => to));
  return [...new Set([...after].flatMap(one => successors(one, year)))].sort();
}

const withName = (nr, year) => { const row = inYear(nr, year); return row ? `${row[0]} ${row[1]}` : nr; };
const joined = names => names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} og ${names.at(-1)}`;

// Hva som er å si om ett kommunenummer i året avtalen ble underskrevet: { text, wrong }.
function aboutMunicipality(text, year, now) {
  const nr = /^\d{4}$/.test(text) ? text : (/^(\d{4}) /.exec(text) ?? [])[1];
  if (!nr) return { text: fill(ord.ikke_nummer, { tekst: short(text) }), wrong: true };
  const rows = data.kommuner.filter(([number]) => number === nr);
  if (!rows.length) return { text: fill(ord.ukjent_kommune, { nr }), wrong: true };
  if (!inYear(nr, year)) {
    const [, navn, fra] = rows[0], last = rows.at(-1);
    if (fra && year < fra) return { text: fill(ord.ikke_ennaa, { nr, navn, fra }), wrong: true };
    const naa = joined(successors(nr, year).map(one => withName(one, year)));
    return { text: fill(naa ? ord.opphoert : ord.opphoert_uten, { nr, navn: last[1], til: last[3], naa }), wrong: true };
  }
  const later = successors(nr, now);
  if (later.length === 1 && later[0] === nr) return { text: withName(nr, year), wrong: false };
  return { text: fill(ord.senere, { nr, navn: inYear(nr, year)[1], til: rows.at(-1)[3], naa: joined(later.map(one => withName(one, now))) }), wrong: false };
}

const number = text => (/^(\d{4})( |$)/.exec(text) ?? [])[1] ?? text;

function checkAgreement(agreement, day) {
  const now = Number(day.slice(0, 4)), year = agreement.signert ? Number(agreement.signert.slice(0, 4)) : now;
  const say = (id, told) => $(`avtale-${id}-svar`).replaceChildren(...told.map(({ text, wrong }) => el("p", wrong ? { class: "feil" } : {}, text)));
  const parties = agreement.parter.map(number), host = agreement.vertskommune && number(agreement.vertskommune);
  const told = agreement.parter.map(one => aboutMunicipality(one, year, now));
  for (const nr of new Set(parties.filter((one, n) => parties.indexOf(one) !== n))) told.push({ text: fill(ord.to_like, { nr }), wrong: true });
  if (parties.length === 1) told.push({ text: ord.for_faa, wrong: true });
  say("parter", told);
  const hosts = host ? [aboutMunicipality(agreement.vertskommune, year, now)] : [];
  if (host && parties.length && !parties.includes(host)) hosts.push({ text: ord.ikke_part, wrong: true });
  say("vertskommune", hosts);
  for (const [id, text] of [["sist_evaluert", ord.evaluert_foer], ["varer_til", ord.slutt_foer]])
    say(id, agreement.signert && agreement[id] && agreement[id] < agreement.signert ? [{ text, wrong: true }] : []);
  const offered = data.kommuner.filter(([, , from, to]) => (from || year) <= year && year <= (to || year));
  if ($("kommuner").dataset.aar !== String(year)) {
    $("kommuner").dataset.aar = year;
    $("kommuner").replaceChildren(...offered.map(([nr, navn]) => el("option", { value: `${navn} (${nr})` })));
  }
}

function addMunicipality() {
  const input = $("finn"), wanted = input.value.trim().toLowerCase();
  const found = all("option", $("kommuner")).map(option => option.value)
    .filter(value => value.toLowerCase() === wanted || value.toLowerCase().replace(/ \(\d{4}\)$/, "") === wanted || value.endsWith(`(${wanted})`));
  if (found.length !== 1) return tell(el("p", {}, ord.ikke_funnet));
  const parties = named("avtale.parter")[0];
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
    const point = points.get(box.dataset.punkt);
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

function report(agreement, list, result, day) {
  const sum = kind => Object.values(result.punkter).reduce((total, counts) => total + counts[kind], 0);
  const n = Object.fromEntries(["dekket", "delvis", "mangler", "ubesvart"].map(kind => [kind, sum(kind)]));
  const rules = new Map(data.regler.map(rule => [rule.id, rule]));
  const shown = [el("p", {}, fill(ord.samlet, { ...n, gjelder: n.dekket + n.delvis + n.mangler + n.ubesvart }))];
  shown.push(el("h3", {}, ord.funn));
  shown.push(result.funn.length ? el("ul", { class: "funn" }, ...result.funn.map(({ regel, punkt }) => {
    const rule = rules.get(regel);
    return el("li", {}, el("strong", {}, `${rule.tittel}.`), ` ${rule.tekst} ${rule.tiltak}`, points.has(punkt) ? el("span", {}, " (", linkTo(punkt), ")") : "");
  })) : el("p", {}, ord.ingen_funn));
  shown.push(...coverage(list, result));
  shown.push(el("h3", {}, ord.mangler));
  if (result.mangler.length) {
    shown.push(el("p", {}, ord.mangler_hjelp), el("ol", { class: "mangler" }, ...result.mangler.map(id => {
      const leaf = points.get(id);
      return el("li", {}, linkTo(id), ` (${fill(ord.vekt, { vekt: data.ord.vekt[leaf.vekt] })}). ${leaf.hvorfor} ${leaf.godt}`);
    })));
  } else shown.push(el("p", {}, ord.ingen_mangler));
  for (const kind of ["delvis", "ubesvart"]) if (result[kind].length)
    shown.push(el("h3", {}, ord[kind]), el("ul", {}, ...result[kind].map(id => el("li", {}, linkTo(id)))));
  shown.push(el("h3", {}, ord.neste), el("ol", { class: "neste" }, ...steps(agreement, result, day).map(text => el("li", {}, text))));
  $("rapport-innhold").replaceChildren(...shown);
}

// På papir står det som er skrevet, som tekst: felt klipper lange tekster.
function printed(form) {
  const put = (box, text) => {
    const line = box.querySelector(":scope > .utskrift") ?? box.appendChild(el("p", { class: "utskrift" }));
    line.textContent = text;
  };
  for (const field of data.felt) {
    const value = form.avtale[field.id], box = $(`avtale-${field.id}-svar`).parentElement;
    const text = field.slag === "valg" ? value.map(code => data.ord.maalgrupper[code]).join(", ")
      : field.slag === "lovgrunnlag" ? data.lover[value]?.navn ?? "" : Array.isArray(value) ? value.join(", ") : String(value);
    put(box, text || ord.utskrift.tomt);
  }
  for (const { id } of allLeaves) {
    const { svar, henvisning, merknad } = form.punkter[id], told = [`${ord.utskrift.svar}: ${data.ord.svar[svar || "ubesvart"]}.`];
    if (henvisning) told.push(`${ord.utskrift.henvisning}: ${henvisning}.`);
    if (merknad) told.push(`${ord.utskrift.merknad}: ${merknad}`);
    put($(`punkt-${id}`), told.join(" "));
  }
}

function update() {
  const form = readForm(), agreement = { ...form.avtale, maalgrupper: form.avtale.maalgrupper.join(",") };
  const answers = Object.fromEntries(Object.entries(form.punkter).map(([id, given]) => [id, given.svar || "ubesvart"]));
  const list = chosenList(), day = isDay($("vurdert").value) ? $("vurdert").value : today();
  showPoints(list, agreement.lovgrunnlag, answers);
  checkAgreement(agreement, day);
  report(agreement, list, vurder(agreement, answers, list, data.lover, data.regler, day), day);
  printed(form);
}

function changed() { save(); update(); }

// ---- Sett siden i gang.

for (const part of all("[data-skript]")) part.hidden = false;
$("vurdert").value = today();
restore();
if (!canStore) $("lagret").textContent = ord.ikke_lagret;
update();
document.addEventListener("input", event => { if (event.target.name) save(); });
document.addEventListener("change", event => { if (event.target.name || event.target.id === "tillegg" || event.target.id === "vurdert") changed(); });
$("legg-til").addEventListener("click", addMunicipality);
$("finn").addEventListener("keydown", event => { if (event.key === "Enter") { event.preventDefault(); addMunicipality(); } });
$("last-json").addEventListener("click", () => download(JSON.stringify(ownForm(), null, 1) + "\n", "json", "application/json"));
$("last-csv").addEventListener("click", () => download(toCsv(ownForm()), "csv", "text/csv"));
$("skriv-ut").addEventListener("click", () => window.print());
$("hent").addEventListener("change", async event => {
  const [file] = event.target.files;
  if (file) await take(file);
  event.target.value = "";
});
$("angre").addEventListener("click", () => {
  writeForm(before.form);
  if ($("tillegg")) $("tillegg").checked = before.additions;
  changed();
  tell(el("p", {}, ord.angret));
  $("hent").focus();
});
$("slett").addEventListener("click", () => $("sikker").showModal());
$("avbryt").addEventListener("click", () => $("sikker").close());
$("ja-slett").addEventListener("click", () => {
  $("sikker").close();
  writeForm(emptyForm());
  update();
  try { localStorage.removeItem(KEY); } catch { canStore = false; }
  before = null;
  tell(el("p", {}, ord.slettet));
  $("lagret").textContent = "";
});
})();
