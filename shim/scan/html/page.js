/* SPDX-License-Identifier: MIT
 *
 * Builds the matrix from the data, which shim/scan/html_page.h describes, and filters
 * it.  Texts of others only ever become text nodes and attributes, never markup.
 */
"use strict";
(() => {
const page = JSON.parse(document.getElementById("data").textContent);
const value = (x) => (typeof x === "number" ? page.shared[x] : x);

/* From worst to best. */
const VERDICTS = ["error", "unsafe", "warn", "unknown", "ok"];
const SIGNS = { error: "✕", unsafe: "⚠\uFE0E", warn: "!", unknown: "?", ok: "✓" };
const MEANINGS = {
	error: "the import will fail",
	unsafe: "it imports, and may then go wrong",
	warn: "Python will warn",
	unknown: "what was read does not settle it",
	ok: "it works",
};

/* Instead of a column's index. */
const ANY = -1, INSTALLED = -2;

const byId = (id) => document.getElementById(id);
const matrix = byId("matrix");
const searchBox = byId("text");
const columnChoice = byId("column");
const apartBox = byId("apart");
const verdictBoxes = new Map(); /* by verdict: its check box and its count */

/* An element, "td.field" being <td class="field">, with CHILDREN, but for nulls. */
function make(description, ...children) {
	const [tag, ...classes] = description.split(".");
	const made = document.createElement(tag);
	made.className = classes.join(" ");
	made.append(...children.filter((child) => child !== null));
	return made;
}

const set = Object.assign;

/* --- what is known of rows and items ------------------------------------------ */

const worst = (kinds) => VERDICTS.find((verdict) => kinds.includes(verdict)) || null;

function columnOf(release) {
	return page.columns.findIndex(({ first, last }) => first <= release && release <= last);
}

function prepareItem(item, row) {
	const outcomes = item.verdicts.map((outcome) => (outcome === null ? null : value(outcome)));
	const kinds = page.columns.map(({ first }) => outcomes[first]?.verdict ?? null);
	const facts = item.facts.map((fact) => value(fact).map(value));
	const path = value(item.folder) + value(item.file);
	set(item, {
		outcomes, kinds, facts, path,
		here: item.installed === null ? null : columnOf(item.installed),
		apart: item.uses_numpy === false && kinds.every((kind) => kind === null || kind === "ok"),
		text: [row.name, row.version, row.place, item.name, path, ...facts.map((fact) => fact[1])]
			.join("\n").toLowerCase(),
	});
}

function prepareRow(row) {
	row.items.forEach((item) => prepareItem(item, row));
	row.kinds = page.columns.map((_, i) => worst(row.items.map((item) => item.kinds[i])));
	row.here = new Set(row.items.map((item) => item.here));
}

/* The verdicts of ITEM that the filter looks at. */
function kindsAt(item, column) {
	if (column === ANY)
		return item.kinds;
	if (column === INSTALLED)
		return item.here === null ? [] : [item.kinds[item.here]];
	return [item.kinds[column]];
}

/* --- the matrix ---------------------------------------------------------------- */

function cell(kind, isHere, title) {
	const made = make(`td.cell.${kind || "none"}${isHere ? ".here" : ""}`);
	if (kind) {
		made.textContent = SIGNS[kind];
		made.setAttribute("aria-label", isHere ? `${kind}, installed` : kind);
	}
	return set(made, { title });
}

function rowTitle(row, index) {
	const kinds = row.items.map((item) => item.kinds[index]);
	const counts = VERDICTS.filter((verdict) => kinds.includes(verdict))
		.map((verdict) => `${kinds.filter((kind) => kind === verdict).length} ${verdict}`);
	return `NumPy ${page.columns[index].label}: ${counts.join(", ") || "not asked"}`;
}

function itemTitle(item, index) {
	const outcome = item.outcomes[page.columns[index].first];
	const says = outcome ? outcome.says || outcome.explanation || MEANINGS[outcome.verdict] : "";
	return `NumPy ${page.columns[index].label}: ${outcome ? outcome.verdict : "not asked"}`
		+ (says ? `: ${says}` : "");
}

function cells(owner, isHere, titleOf) {
	return owner.kinds.map((kind, i) => cell(kind, isHere(i), titleOf(owner, i)));
}

const fieldCells = (fields) => fields.map((field) => make("td.field", value(field)));

/* A button that opens and shuts what TOGGLE is told of. */
function opener(label, toggle) {
	const button = set(make("button.opener", label), { type: "button" });
	button.setAttribute("aria-expanded", "false");
	button.addEventListener("click", () => {
		const open = button.getAttribute("aria-expanded") !== "true";
		button.setAttribute("aria-expanded", String(open));
		toggle(open);
	});
	return button;
}

/* Each column's heading chooses it for the filter. */
function columnHead(column, index) {
	const button = set(make("button", column.label),
		{ type: "button", title: "Filter by the verdicts on it" });
	button.addEventListener("click", () => {
		columnChoice.value = String(Number(columnChoice.value) === index ? ANY : index);
		filter();
	});
	const mark = column.installed
		? set(make("span.installed", "installed"), { title: column.installed }) : null;
	return set(make(`th.release${mark ? ".here" : ""}`, mark, button), { scope: "col" });
}

function buildHead() {
	const head = (description, text) => set(make(description, text), { scope: "col" });
	matrix.append(make("thead", make("tr",
		head("th", "Distribution"), head("th.number", "Extensions"),
		...page.fields.map((field) => head("th", value(field))),
		...page.columns.map(columnHead))));
}

function buildRow(row) {
	const label = set(make("span", make("b", row.name), " ", make("span.version", row.version)),
		{ title: row.place });
	const head = set(make("th", opener(label, (open) => openRow(row, open))), { scope: "row" });
	row.count = make("td.number");
	row.line = make("tr.row", head, row.count, ...fieldCells(row.fields),
		...cells(row, (i) => row.here.has(i), rowTitle));
	row.body = make("tbody", row.line);
	return row.body;
}

/* --- opening -------------------------------------------------------------------- */

/* Puts the extensions that the filter lets through below their row. */
function fillRow(row) {
	while (row.line.nextSibling) /* the line itself stays, and so does the focus */
		row.line.nextSibling.remove();
	if (row.open)
		row.body.append(...row.shown.flatMap((item) => itemLines(item, row)));
}

function openRow(row, open) {
	row.open = open;
	fillRow(row);
}

function buildItem(item, row) {
	const head = make("th", opener(item.name, (open) => openItem(item, row, open)));
	return make("tr.item", set(head, { scope: "row", colSpan: 2 }), ...fieldCells(item.fields),
		...cells(item, (i) => item.here === i, itemTitle));
}

function itemLines(item, row) {
	item.line ??= buildItem(item, row);
	return item.details ? [item.line, item.details] : [item.line];
}

function openItem(item, row, open) {
	const colSpan = 2 + page.fields.length + page.columns.length;
	item.details?.remove();
	item.details = open ? make("tr.details", set(make("td", panel(item, row)), { colSpan })) : null;
	if (open)
		item.line.after(item.details);
}

/* --- one extension -------------------------------------------------------------- */

/* Neighbouring releases on which Python says the same. */
function runsOf(item) {
	const runs = [];
	item.outcomes.forEach((outcome, i) => {
		const run = runs[runs.length - 1];
		if (run && outcome && run.end === i - 1
			&& ["verdict", "says", "because"].every((key) => run.outcome[key] === outcome[key]))
			run.end = i;
		else if (outcome)
			runs.push({ start: i, end: i, outcome });
	});
	return runs;
}

function runLine({ start, end, outcome }, item) {
	const isHere = item.installed !== null && start <= item.installed && item.installed <= end;
	const names = [...new Set([start, end])].map((i) => value(page.releases[i])).join("–");
	/* it names a release, and speaks of that one only */
	const explanation = outcome.says && start !== end ? "" : outcome.explanation;
	const words = outcome.says ? make("code", outcome.says)
		: explanation || MEANINGS[outcome.verdict];
	return make(`tr${isHere ? ".here" : ""}`,
		set(make("th", names), { scope: "row" }),
		make(`td.${outcome.verdict}`,
			make("span.sign", SIGNS[outcome.verdict]), " ", make("b", outcome.verdict)),
		make("td", words,
			outcome.because ? make("div", "because of ", make("code", outcome.because)) : null,
			outcome.says && explanation ? make("div.why", explanation) : null));
}

const section = (title, content) => make("section", make("h3", title), content);

function adviceSection(item) {
	const advice = value(item.advice);
	return advice.length ? section("What to do, best first",
		make("ol.advice", ...advice.map((text) => make("li", value(text))))) : null;
}

function verdictSection(item) {
	const runs = runsOf(item);
	return runs.length ? section("On each NumPy release",
		make("table.runs", make("tbody", ...runs.map((run) => runLine(run, item))))) : null;
}

function factSection(item, row) {
	const facts = [["File", item.path], ["Environment", row.place], ...item.facts]
		.filter((fact) => fact[1]);
	return section("Facts", make("dl", ...facts.map(([label, text]) =>
		make("div", make("dt", label), make("dd", text)))));
}

function tableSection(table, rows) {
	const texts = value(rows).map((row) => value(row).map(value));
	/* a column that says nothing of any is left out */
	const used = [...table.columns.keys()].filter((i) => texts.some((row) => row[i]));
	const line = (tag, row) => make("tr", ...used.map((i) => make(tag, value(row[i]))));
	return texts.length ? section(value(table.title), make("table",
		make("thead", line("th", table.columns)),
		make("tbody", ...texts.map((row) => line("td", row))))) : null;
}

function panel(item, row) {
	return make("div.narrow", make("div.panel",
		adviceSection(item), verdictSection(item), factSection(item, row),
		...page.tables.map((table, i) => tableSection(table, value(item.tables[i])))));
}

/* --- filtering ------------------------------------------------------------------- */

function currentFilter() {
	return {
		words: searchBox.value.toLowerCase().split(/\s+/).filter(Boolean),
		column: Number(columnChoice.value),
		verdicts: VERDICTS.filter((verdict) => verdictBoxes.get(verdict).box.checked),
		apart: apartBox.checked,
	};
}

const passesText = (item, wanted) => wanted.words.every((word) => item.text.includes(word));

function passesVerdict(item, wanted) {
	return !wanted.verdicts.length
		|| kindsAt(item, wanted.column).some((kind) => wanted.verdicts.includes(kind));
}

function showRow(row, wanted) {
	/* what has nothing to do with NumPy is only there if that is wanted */
	const there = row.items.filter((item) => wanted.apart || !item.apart);
	row.found = there.filter((item) => passesText(item, wanted));
	row.shown = row.found.filter((item) => passesVerdict(item, wanted));
	row.body.hidden = !row.shown.length;
	row.count.textContent = row.shown.length === there.length ? there.length
		: `${row.shown.length} of ${there.length}`;
	fillRow(row);
}

/* How many there are of each verdict, whatever verdict is wanted. */
function countVerdicts(column) {
	const found = page.rows.flatMap((row) => row.found).map((item) => kindsAt(item, column));
	for (const [verdict, { count }] of verdictBoxes)
		count.textContent = found.filter((kinds) => kinds.includes(verdict)).length;
}

function markColumn(column) {
	matrix.querySelectorAll("th.release").forEach((head, i) => {
		head.classList.toggle("chosen", i === column);
		head.querySelector("button").setAttribute("aria-pressed", String(i === column));
	});
}

const sum = (list) => page.rows.reduce((total, row) => total + row[list].length, 0);

function filter() {
	const wanted = currentFilter();
	page.rows.forEach((row) => showRow(row, wanted));
	countVerdicts(wanted.column);
	markColumn(wanted.column);
	const rows = page.rows.filter((row) => row.shown.length).length;
	byId("shown").textContent = `Shown: ${rows} of ${page.rows.length} distributions, `
		+ `${sum("shown")} of ${sum("items")} extensions`;
}

/* --- the start ------------------------------------------------------------------- */

function buildColumnChoice() {
	const option = (number, text) => set(make("option", text), { value: String(number) });
	const isAny = page.rows.some((row) => row.items.some((item) => item.here !== null));
	if (isAny)
		columnChoice.append(option(INSTALLED, "that is installed"));
	columnChoice.append(option(ANY, "any of these"),
		...page.columns.map((column, i) => option(i, column.label)));
	columnChoice.value = String(isAny && page.all_releases ? INSTALLED : ANY);
	columnChoice.addEventListener("change", filter);
}

function buildVerdictBox(verdict) {
	const box = set(make("input"), { type: "checkbox", value: verdict });
	const count = make("output");
	box.addEventListener("change", filter);
	verdictBoxes.set(verdict, { box, count });
	const sign = make("span.sign", SIGNS[verdict]);
	return set(make(`label.${verdict}`, box, sign, ` ${verdict} `, count),
		{ title: MEANINGS[verdict] });
}

function buildApartBox() {
	const count = page.rows.flatMap((row) => row.items).filter((item) => item.apart).length;
	byId("apart-label").hidden = !count;
	byId("apart-label").querySelector("output").textContent = count;
	apartBox.checked = count === sum("items");
	apartBox.addEventListener("change", filter);
}

function start() {
	page.rows.forEach(prepareRow);
	buildHead();
	matrix.append(...page.rows.map(buildRow));
	buildColumnChoice();
	byId("verdicts").append(...VERDICTS.map(buildVerdictBox));
	buildApartBox();
	searchBox.addEventListener("input", filter);
	filter();
	for (const id of ["controls", "legend", "matrix"])
		byId(id).hidden = false;
}

if (page.rows.length)
	start();
})();
