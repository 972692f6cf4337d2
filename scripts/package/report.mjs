/** Collects results, says what is wrong as it goes, and prints the table of check × column at the end. */
export class Report {
  #rows = new Map();
  #columns = [];
  passed = 0;
  failed = 0;

  /** @param result no problems, or a note: passed; problems: failed, and why; `skip`: neither */
  add(row, column, result) {
    if (!this.#columns.includes(column)) this.#columns.push(column);
    const cells = this.#rows.get(row) ?? new Map();
    this.#rows.set(row, cells);
    if (result === 'skip') {
      cells.set(column, 'skipped');
    } else if (result.note !== undefined || result.length === 0) {
      this.passed += 1;
      cells.set(column, result.note ?? 'ok');
    } else {
      this.failed += 1;
      cells.set(column, 'FAILED');
      console.log(`FAILED  ${row}${column === '' ? '' : ` (${column})`}\n${indent(result.join('\n'))}\n`);
    }
  }

  /** Runs a check; one that throws has failed. */
  async check(row, column, run) {
    this.add(row, column, await run().catch((error) => [error.stack]));
  }

  table() {
    const lines = [['', ...this.#columns]];
    for (const [row, cells] of this.#rows) lines.push([row, ...this.#columns.map((column) => cells.get(column) ?? '')]);
    const widths = lines[0].map((_, index) => Math.max(...lines.map((line) => line[index].length)));
    return lines
      .map((line) =>
        line
          .map((cell, index) => cell.padEnd(widths[index]))
          .join('  ')
          .trimEnd(),
      )
      .join('\n');
  }
}

function indent(text) {
  return text.replaceAll(/^/gmu, '    ');
}
