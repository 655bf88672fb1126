"use strict";
// A button in a heading sorts its table: first ascending, then descending. Empty cells come last.
for (const table of document.querySelectorAll("table")) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
    const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const isNumber = head.classList.contains("n");
    const value = row => row.cells[column].dataset.v ?? row.cells[column].textContent;
    const compare = (a, b) => isNumber ? a - b : a.localeCompare(b, undefined, {numeric: true});
    const rows = [...body.rows].map(row => ({row, key: value(row)}));
    rows.sort((a, b) => a.key === "" || b.key === ""
      ? (a.key === "") - (b.key === "") : sign * compare(a.key, b.key));
    heads.forEach(other => other.setAttribute("aria-sort", "none"));
    head.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
    body.append(...rows.map(entry => entry.row));
  }));
}
