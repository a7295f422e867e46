"use strict";

// The key stays in this variable: it is in no address, no cookie and no storage, and is gone with the page.
let key = "";
const at = (id) => document.getElementById(id);

function element(name, text, ...children) {
  const made = document.createElement(name);
  if (text !== null) made.textContent = text;
  made.append(...children);
  return made;
}

async function ask(method, path, body) {
  const headers = { "X-API-Key": key };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), credentials: "omit" });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  return said;
}

function grid(columns, rows) {
  const head = element("tr", null, ...columns.map((name) => element("th", name)));
  const lines = rows.map((row) => element("tr", null, ...row.map((cell) => {
    const text = cell === null ? "NULL" : typeof cell === "object" ? JSON.stringify(cell) : String(cell);
    const made = element("td", text);
    if (cell === null) made.className = "missing";
    if (typeof cell === "number") made.className = "number";
    return made;
  })));
  const made = element("div", null, element("table", null, element("thead", null, head), element("tbody", null, ...lines)));
  made.className = "wide";
  made.tabIndex = 0;
  return made;
}

async function show(name, table) {
  for (const one of at("tables").children) one.setAttribute("aria-pressed", String(one.dataset.name === name));
  const keys = (label, of) => (of.length ? ` ${label}: ${of.join(", ")}.` : "");
  const told = `${table.description || name}.${keys("Partition keys", table.partition_keys)}${keys("Sort keys", table.sort_keys)}`;
  const rows = Object.entries(table.columns).map(([column, type]) => {
    const one = table.statistics[column];
    return [column, type, one.distinct, one.missing, one.min, one.max];
  });
  at("about").replaceChildren(
    element("h2", name), element("p", told), grid(["column", "type", "distinct", "missing", "least", "greatest"], rows));
  at("query").value = table.example_query;
  const first = await ask("POST", "/execute", { query: `SELECT * FROM "${name}" LIMIT 10` });
  at("about").append(element("h3", "First rows"), grid(first.columns.map((one) => one.name), first.rows));
  await run();
}

async function run() {
  const button = at("run");
  button.disabled = true;
  at("told").textContent = "…";
  at("found").replaceChildren();
  const began = performance.now();
  try {
    const found = await ask("POST", "/execute", { query: at("query").value });
    const shown = found.rows.slice(0, 500);
    const more = shown.length < found.row_count ? `, the first ${shown.length} shown` : "";
    at("told").textContent = `${found.row_count.toLocaleString("en")} rows${more}, ${Math.round(performance.now() - began)} ms`;
    at("found").replaceChildren(grid(found.columns.map((one) => one.name), shown));
  } catch (error) {
    at("told").textContent = error.message;
  } finally {
    button.disabled = false;
  }
}

async function open() {
  key = at("key").value.trim();
  at("problem").textContent = "";
  try {
    const status = await ask("GET", "/dev/fake-data-status");
    at("summary").textContent = `${status.database}: ${status.total_rows.toLocaleString("en")} rows.`
      + (status.missing.length ? ` Missing: ${status.missing.join(", ")}.` : "");
    const there = Object.entries(status.tables).filter(([, table]) => table.exists);
    at("tables").replaceChildren(...there.map(([name, table]) => {
      const button = element("button", name, element("small", `${table.row_count.toLocaleString("en")} rows`));
      button.dataset.name = name;
      button.addEventListener("click", () => show(name, table));
      return button;
    }));
    document.querySelector("main").hidden = false;
    at("open").hidden = at("hint").hidden = true;
    at("key").value = "";
    if (there.length) await show(...there[0]);
  } catch (error) {
    at("problem").textContent = error.message;
  }
}

at("open").addEventListener("submit", (event) => { event.preventDefault(); open(); });
at("ask").addEventListener("submit", (event) => { event.preventDefault(); run(); });
at("query").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); }
});
